"""The arrow from a KPI that left its limits to the task that looks into it."""

from datetime import date

from django.db import transaction

from kpis import services as kpis
from kpis.selectors.signals import get_signal
from people.models import Membership
from tasks.models import Task
from tasks.services.creating import create_task


@transaction.atomic
def open_task_for_signal(
    *, by: Membership, signal_id: int, title: str, assignee_id: int | None = None, due_on: date | None = None
) -> Task:
    """A new task that the signal names as its own. Refuses viewers, a closed signal and one that has a task."""
    team_id = get_signal(by, signal_id).team_id
    task = create_task(by=by, title=title, assignee_id=assignee_id, due_on=due_on, team_id=team_id)
    kpis.link_task(by=by, signal_id=signal_id, task_id=task.pk)
    return task
