"""Changing a task: its fields, its status, and taking a status back."""

from datetime import date, datetime, time
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record, record_edit
from common.errors import InvalidInput, NotAllowed, StaleVersion
from common.undo import can_undo
from kpis.services import emit_facts
from people.models import Membership
from tasks.choices import CLOSED, OPEN
from tasks.errors import TooLateToUndo
from tasks.facts import SOURCE
from tasks.models import Task, Transition
from tasks.permissions import can_change_fields, can_change_task, can_complete_tasks
from tasks.services.checking import locked_task, refuse_unknown_links, refuse_wrong_fields

HISTORY_FIELDS = {"status", "assignee_id", "team_id"}


class TaskChanges(TypedDict, total=False):
    """What may change in a task; only what is given changes."""

    title: str
    description: str
    status: str
    priority: int
    due_on: date | None
    due_time: time | None
    estimate_minutes: int | None
    assignee_id: int | None
    team_id: int | None
    project_id: int | None
    goal_id: int | None


@transaction.atomic
def edit_task(*, by: Membership, task_id: int, version: int | None, **changes: Unpack[TaskChanges]) -> Task:
    """The task has these values; history, facts and events follow. What is already so changes nothing.

    Refuses viewers, a version that is not the newest, wrong values and links to another organization.
    """
    task = _changeable(by, task_id, version)
    return _change(task, dict(changes), by=by, at=None)


@transaction.atomic
def change_status(
    *, by: Membership, task_id: int, status: str, at: datetime | None = None, version: int | None = None
) -> Task:
    """The task has this status from `at` (now unless told) on; a closed task may be reopened.

    The same status again changes nothing. Refuses viewers, an unknown status, a version that is not the
    newest, and an `at` before the last step of the history.
    """
    task = _changeable(by, task_id, version)
    return _change(task, {"status": status}, by=by, at=at)


@transaction.atomic
def undo_status_change(*, by: Membership, task_id: int, version: int) -> Task:
    """The latest status change is taken out of the history as if never made; the event log keeps both.

    So a task reopened by mistake keeps the day it was done. Refuses changes of others, changes older than
    ten minutes, and all but the latest.
    """
    task = _changeable(by, task_id, version)
    if not can_complete_tasks(by):
        raise NotAllowed
    steps = list(task.transitions.order_by("-at", "-pk")[:2])
    if len(steps) < 2 or not can_undo(*steps, by_id=by.pk):
        raise TooLateToUndo
    mistaken, restored = steps
    mistaken.delete()
    task.status = restored.status
    task.closed_at = _closed_at(task)
    task.version += 1
    task.save(update_fields=["status", "closed_at", "version", "updated_at"])
    _tell_status(task, was=mistaken.status, by=by)
    emit_facts(source=SOURCE, organization_id=task.organization_id, ids=[task.pk])
    return task


def _changeable(by: Membership, task_id: int, version: int | None) -> Task:
    task = locked_task(by, task_id)
    if not (can_change_task(by, task) or can_complete_tasks(by)):
        raise NotAllowed
    if version is not None and task.version != version:
        raise StaleVersion
    return task


def _change(task: Task, changes: dict[str, Any], *, by: Membership, at: datetime | None) -> Task:
    if "due_on" in changes and changes["due_on"] is None:
        changes.setdefault("due_time", None)
    changed = {name: value for name, value in changes.items() if getattr(task, name) != value}
    if not changed:
        return task
    if not can_change_fields(by, task, changed.keys()):
        raise NotAllowed
    was = task.status
    for name, value in changed.items():
        setattr(task, name, value)
    refuse_wrong_fields(task, changed)
    refuse_unknown_links(task.organization_id, changed)
    if HISTORY_FIELDS & changed.keys():
        _add_step(task, by=by, at=at, moved=was != task.status)
    task.version += 1
    task.save(update_fields=[*changed, "closed_at", "version", "updated_at"])
    _tell(task, changed, was=was, by=by)
    emit_facts(source=SOURCE, organization_id=task.organization_id, ids=[task.pk])
    return task


def _add_step(task: Task, *, by: Membership, at: datetime | None, moved: bool) -> None:
    last = task.transitions.order_by("-at", "-pk").first()
    earliest = last.at if last else task.opened_at
    if at is not None and at < earliest:
        raise InvalidInput({"at": [_("This is before the last change of the task.")]})
    at = at or max(timezone.now(), earliest)
    if moved:
        task.closed_at = at if task.status in CLOSED else None
    Transition.objects.create(
        task=task, at=at, status=task.status, assignee_id=task.assignee_id, team_id=task.team_id, by=by
    )


def _tell(task: Task, changed: dict[str, Any], *, was: str, by: Membership) -> None:
    edited = sorted(changed.keys() - {"status"})
    if edited:
        record_edit("task.edited", subject=task, by=by, fields=edited)
    if "status" in changed:
        _tell_status(task, was=was, by=by)


def _tell_status(task: Task, *, was: str, by: Membership) -> None:
    record(
        "task.status_changed",
        subject=task,
        organization_id=task.organization_id,
        by=by,
        was=str(was),
        now=str(task.status),
    )


def _closed_at(task: Task) -> datetime | None:
    if task.status in OPEN:
        return None
    closed_at = None
    status = None
    for step in task.transitions.all():
        if step.status != status:
            closed_at = step.at if step.status in CLOSED else None
        status = step.status
    return closed_at
