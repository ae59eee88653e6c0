"""Removing a task that should never have been."""

from collections.abc import Sequence

from django.db import transaction

from activity.services import record
from common.errors import NotAllowed, StaleVersion
from kpis.services import emit_facts
from people.models import Membership
from tasks.errors import TaskHasFeedback
from tasks.facts import SOURCE
from tasks.models import Task
from tasks.permissions import can_delete_task
from tasks.services.checking import locked_task


@transaction.atomic
def delete_task(*, by: Membership, task_id: int, version: int | None) -> None:
    """The task, its history and its facts are gone; the event stays. For managers and its creator.

    Refuses a task that customer feedback is linked to, and a version that is not the newest.
    """
    task = locked_task(by, task_id)
    opening = task.transitions.first()
    if not can_delete_task(by, task, created_by_id=opening.by_id if opening else None):
        raise NotAllowed
    if version is not None and task.version != version:
        raise StaleVersion
    if task.feedback_links.exists():
        raise TaskHasFeedback
    record("task.deleted", subject=task, organization_id=task.organization_id, by=by, status=str(task.status))
    task.delete()
    emit_facts(source=SOURCE, organization_id=task.organization_id, ids=[task_id])


@transaction.atomic
def take_back_tasks(organization_id: int, task_ids: Sequence[int]) -> None:
    """These tasks of sample data are gone, with all that hangs on them and their facts; asked twice, they stay gone."""
    Task.objects.filter(organization_id=organization_id, pk__in=task_ids).delete()
    emit_facts(source=SOURCE, organization_id=organization_id, ids=task_ids)
