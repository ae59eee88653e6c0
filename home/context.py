"""What the frame around every page needs."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.settings_pages import settings_for


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main navigation."""

    app: str
    url_name: str
    icon: str
    label: Promise | str


NAVIGATION = (
    Place("home", "home:manager", "house", _("Home")),
    Place("goals", "goals:list", "target", _("Goals")),
    Place("tasks", "tasks:list", "square-check-big", _("Tasks")),
    Place("feedback", "feedback:list", "message-square", _("Feedback")),
    Place("kpis", "kpis:list", "chart-line", _("KPIs")),
    Place("home:signals", "home:signals:list", "bell", _("Signals")),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The acting membership, its organization and where the reader is, without a query of its own."""
    membership = getattr(request, "membership", None)
    return {
        "membership": membership,
        "organization": membership.organization if membership else None,
        "navigation": NAVIGATION,
        "settings_groups": settings_for(membership) if membership else (),
        "current_app": request.resolver_match.app_name if request.resolver_match else "",
    }
