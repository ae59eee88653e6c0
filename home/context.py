"""What the frame around every page needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.choices import Permission, Theme
from people.models import Membership
from people.permissions import leads_any_team, may
from people.settings_pages import settings_for


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main navigation; `inside` stands indented below the one before."""

    key: str
    url_name: str
    icon: str
    label: Promise | str
    inside: bool = False
    on_phone: bool = False


_HOME = Place("home", "home:manager", "house", _("Home"), on_phone=True)
_WORK = Place("work", "home:work", "circle-check", _("My work"), on_phone=True)
_GOALS = Place("goals", "goals:list", "target", _("Goals"))
_TASKS = Place("tasks", "tasks:list", "square-check-big", _("Tasks"))
_FEEDBACK = Place("feedback", "feedback:list", "message-square", _("Feedback"), on_phone=True)
_KPIS = Place("kpis", "kpis:list", "chart-line", _("KPIs"), on_phone=True)
_SIGNALS = Place("signals", "home:signals:list", "circle-alert", _("Signals"), inside=True)
_MEMBERS = Place("team", "people:members", "users", _("Team"))
_OWN_TEAMS = Place("team", "people:teams", "users", _("Team"))
_SETTINGS = Place("settings", "people:profile", "settings", _("Settings"))

_TEAM_PAGES = frozenset(
    f"people:{page}" for page in ("members", "member", "teams", "team", "create-team", "delete-team")
)
_KEY_OF_APP = {
    "home:signals": "signals",
    "metrics": "kpis",
    "imports": "",
    "people": "settings",
    "operating": "settings",
    "activity": "settings",
    "notifications": "settings",
    "styleguide": "settings",
}
_THEMES = (
    (Theme.SYSTEM.value, Theme.SYSTEM.label, "monitor"),
    (Theme.LIGHT.value, Theme.LIGHT.label, "sun"),
    (Theme.DARK.value, Theme.DARK.label, "moon"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The acting membership, its places and where the reader is, without a query of its own."""
    membership = getattr(request, "membership", None)
    places = tuple(_places_of(membership)) if membership else ()
    key = _key_of(request)
    return {
        "membership": membership,
        "organization": membership.organization if membership else None,
        "navigation": places,
        "place": next((place for place in places if place.key == key), None),
        "settings_groups": settings_for(membership) if membership else (),
        "theme": _theme_of(request, membership),
        "themes": _THEMES,
    }


def _places_of(membership: Membership) -> Iterator[Place]:
    yield from (_HOME, _WORK, _GOALS, _TASKS, _FEEDBACK, _KPIS, _SIGNALS)
    if may(membership, Permission.PEOPLE_MANAGE):
        yield _MEMBERS
    elif leads_any_team(membership):
        yield _OWN_TEAMS
    yield _SETTINGS


def _key_of(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None or match.view_name == "notifications:inbox":
        return ""
    if match.view_name in _TEAM_PAGES:
        return "team"
    if match.view_name == "home:work":
        return "work"
    return _KEY_OF_APP.get(match.app_name, match.app_name)


def _theme_of(request: HttpRequest, membership: Membership | None) -> str:
    """The member's choice, or what this browser was told last."""
    theme = membership.theme if membership else request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return theme if theme in Theme.values else Theme.SYSTEM.value
