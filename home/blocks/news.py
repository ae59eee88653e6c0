"""Which events are news to somebody who looks after the operations, and where they lead."""

from django.urls import reverse

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

_PAGES = {
    "tasks.task": "tasks:detail",
    "feedback.feedbackitem": "feedback:detail",
    "goals.goal": "goals:detail",
    "kpis.signal": "home:signals:detail",
}


def page_of(verb: str, subject_type: str, subject_id: int) -> str:
    """The page of what an event is about, or the list of its kind."""
    name = _PAGES.get(subject_type)
    return reverse(NEWS[verb]) if name is None else reverse(name, args=[subject_id])
