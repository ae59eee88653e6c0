"""Saying when a task shall be done."""

from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import InvalidInput
from people.models import Membership
from tasks.choices import Status
from tasks.models import Task
from tasks.planning import WAITING, WHENS, due_for, week_of
from tasks.selectors import get_task, local_day
from tasks.services.changing import edit_task


@transaction.atomic
def plan_task(*, by: Membership, task_id: int, when: str, version: int | None) -> Task:
    """The task is due today, this week or later, or waits; one that waited and shall be done now is in progress.

    Its time of the day goes with its day. Refuses as `edit_task`.
    """
    if when not in WHENS:
        raise InvalidInput({"when": [_("Choose one of the offered times.")]})
    task = get_task(by, task_id)
    if when == WAITING:
        return edit_task(by=by, task_id=task_id, version=version, status=Status.WAITING)
    due_on = due_for(when, task.due_on, week_of(by.organization, local_day(by)))
    status = Status.IN_PROGRESS if task.status == Status.WAITING else task.status
    due_time = task.due_time if due_on == task.due_on else None
    return edit_task(by=by, task_id=task_id, version=version, status=status, due_on=due_on, due_time=due_time)


@transaction.atomic
def restore_plan(
    *, by: Membership, task_id: int, version: int, due_on: date | None, due_time: time | None, status: str
) -> Task:
    """The task has the day, time and status it had before it was planned anew. Refuses as `edit_task`."""
    return edit_task(by=by, task_id=task_id, version=version, status=status, due_on=due_on, due_time=due_time)
