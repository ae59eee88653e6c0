"""Which events are news to somebody who looks after the operations, and where they lead."""

from django.urls import reverse

from activity.kinds import KINDS
from people.filters import EVERY_TEAM

NEWS = {
    "task.created": "tasks:list",
    "task.status_changed": "tasks:list",
    "feedback.opened": "feedback:list",
    "feedback.status_changed": "feedback:list",
    "feedback.replied": "feedback:list",
    "goal.created": "goals:list",
    "goal.checked_in": "goals:list",
    "goal.closed": "goals:list",
    "kpi.status_changed": "kpis:list",
    "kpi.redefined": "kpis:list",
    "kpi.target_set": "kpis:list",
    "signal.opened": "home:signals:list",
    "signal.closed": "home:signals:list",
}
"""Each verb with the list in which all its rows are found."""

_OF_TEAMS = frozenset({"tasks:list", "feedback:list", "goals:list"})


def list_of(verb: str) -> str:
    """The list in which all of a verb is found, whatever team it is of."""
    address = reverse(NEWS[verb])
    return f"{address}?team={EVERY_TEAM}" if NEWS[verb] in _OF_TEAMS else address


def page_of(verb: str, subject_type: str, subject_id: int) -> str:
    """The page of what an event is about, or the list of its kind."""
    kind = KINDS.get(subject_type)
    if kind is None or not kind.page or kind.ref != "pk":
        return list_of(verb)
    return reverse(kind.page, args=[subject_id])
