"""When a change of status may be taken back."""

from datetime import datetime, timedelta
from typing import Final, Protocol

from django.utils import timezone

UNDO_WINDOW: Final = timedelta(minutes=10)


class Step(Protocol):
    """A step of a row's history: what it became at a time, and by whom."""

    at: datetime
    status: str
    assignee_id: int | None
    team_id: int | None
    by_id: int | None


def can_undo(mistaken: Step, restored: Step, *, by_id: int) -> bool:
    """One's own change of nothing but the status, in the ten minutes after it; `restored` is the step before."""
    return (
        mistaken.by_id == by_id
        and mistaken.status != restored.status
        and (mistaken.assignee_id, mistaken.team_id) == (restored.assignee_id, restored.team_id)
        and timezone.now() - mistaken.at <= UNDO_WINDOW
    )
