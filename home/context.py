"""What the frame around every page needs."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from home import actions
from people.choices import Theme
from people.models import Membership
from people.settings_pages import settings_for

_TEAM_PAGES = frozenset(
    f"people:{page}" for page in ("members", "member", "teams", "team", "create-team", "delete-team")
)
_NOWHERE = frozenset(
    {"notifications:inbox", "notifications:snooze", "home:search", "home:shortcuts", "people:home-team"}
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
    places = tuple(actions.places(membership)) if membership else ()
    key = _key_of(request)
    return {
        "membership": membership,
        "organization": membership.organization if membership else None,
        "navigation": places,
        "shortcuts": _shortcuts_of(request, membership),
        "place": next((place for place in places if place.key == key), None),
        "settings_groups": settings_for(membership) if membership else (),
        "theme": _theme_of(request, membership),
        "themes": _THEMES,
    }


def _shortcuts_of(request: HttpRequest, membership: Membership | None) -> str:
    """Where each key leads, for scripts; none where nothing can be opened yet."""
    if membership is None or getattr(request, "must_set_up", False):
        return ""
    return json.dumps(actions.shortcuts(membership))


def _key_of(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None or match.view_name in _NOWHERE:
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
