"""Bringing in many tasks at once, with their history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, Sentence
from kpis.services import emit_facts
from people.models import Membership, Organization
from people.selectors import NO_SUCH_ROW
from tasks.choices import CLOSED, Priority, Status
from tasks.facts import SOURCE
from tasks.models import Task, Transition
from tasks.permissions import can_create_task
from tasks.services.checking import LINKS, rows_elsewhere

FIELDS = (
    "title",
    "description",
    "status",
    "priority",
    "due_on",
    "assignee_id",
    "team_id",
    "project_id",
    "goal_id",
    "opened_at",
    "closed_at",
)
Step = tuple[datetime, str, str]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as its source tells it; `transitions` are (at, status, the source's own word for it)."""

    external_id: str
    title: str
    status: str
    opened_at: datetime
    description: str = ""
    closed_at: datetime | None = None
    due_on: date | None = None
    priority: int = Priority.NORMAL
    assignee_id: int | None = None
    team_id: int | None = None
    project_id: int | None = None
    goal_id: int | None = None
    transitions: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What became of the rows of a batch; the three add up to the rows given."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class _Stored:
    """A task of the batch with the history it shall have."""

    task: Task
    history: list[Step]


@transaction.atomic
def import_tasks(
    organization_id: int, source: str, rows: Sequence[TaskRow], by: Membership | None = None
) -> ImportCounts:
    """Each row is the task of its (source, external id), history included; the file wins over the store.

    Idempotent; of two rows with one external id the later counts. Facts and one event follow what changed.
    The number of queries does not grow with the rows: bring at most 2,000 at a time. Refuses viewers, rows
    without an external id and links to another organization, and then stores nothing.
    """
    if by is not None and not (can_create_task(by) and by.organization_id == organization_id):
        raise NotAllowed
    # One import of an organization at a time: two with the same new row would otherwise collide.
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    wanted = {row.external_id: row for row in rows}
    _refuse_wrong_rows(organization_id, wanted)
    created, updated = _compared(organization_id, source, wanted)
    if created or updated:
        _store(created, updated)
        record(
            "tasks.imported",
            subject=organization,
            organization_id=organization_id,
            by=by,
            source=source,
            created=len(created),
            updated=len(updated),
        )
        changed = [stored.task.pk for stored in [*created, *updated]]
        emit_facts(source=SOURCE, organization_id=organization_id, ids=changed)
    return ImportCounts(
        created=len(created),
        updated=len(updated) + len(rows) - len(wanted),
        unchanged=len(wanted) - len(created) - len(updated),
    )


def full_history(row: TaskRow) -> list[Step]:
    """The row's steps in order, from opening to present status; what the source left out is filled in."""
    steps = sorted(row.transitions, key=lambda step: step[0])
    if not steps or steps[0][0] > row.opened_at:
        opening = Status.TODO if steps or row.status in CLOSED else row.status
        steps.insert(0, (row.opened_at, opening, ""))
    if steps[-1][1] != row.status:
        steps.append((max(row.closed_at or steps[-1][0], steps[-1][0]), row.status, ""))
    return steps


def _compared(
    organization_id: int, source: str, wanted: Mapping[str, TaskRow]
) -> tuple[list[_Stored], list[_Stored]]:
    """The tasks to create and the locked ones to update, with their new values."""
    known: dict[str, Task] = {
        task.external_id: task
        for task in Task.objects.select_for_update(of=("self",))
        .filter(organization_id=organization_id, source=source, external_id__in=list(wanted))
        .order_by("pk")
    }
    steps = _steps_of(known.values())
    created, updated = [], []
    for external_id, row in wanted.items():
        task, history = known.get(external_id), full_history(row)
        values = _values(row, history)
        if task is None:
            task = Task(organization_id=organization_id, source=source, external_id=external_id, **values)
            created.append(_Stored(task, history))
        elif not _is_same(task, values, history, steps.get(task.pk, [])):
            if task.due_on != values["due_on"]:
                task.due_time = None
            for name, value in values.items():
                setattr(task, name, value)
            task.version += 1
            updated.append(_Stored(task, history))
    return created, updated


def _values(row: TaskRow, history: list[Step]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in FIELDS}
    values["opened_at"] = history[0][0]
    values["closed_at"] = _closed_at(history)
    return values


def _closed_at(history: list[Step]) -> datetime | None:
    last = history[-1][1]
    closing = None
    for at, status, _word in reversed(history):
        if status != last or last not in CLOSED:
            break
        closing = at
    return closing


def _refuse_wrong_rows(organization_id: int, wanted: Mapping[str, TaskRow]) -> None:
    wrong: dict[str, list[Sentence]] = {}
    if "" in wanted:
        wrong["external_id"] = [_("Every imported row needs an external id.")]
    for name, model in LINKS.items():
        ids = {getattr(row, name) for row in wanted.values()} - {None}
        if ids and rows_elsewhere(organization_id, model, ids):
            wrong[name] = [NO_SUCH_ROW]
    if wrong:
        raise InvalidInput(wrong)


def _steps_of(tasks: Iterable[Task]) -> dict[int, list[Transition]]:
    steps = Transition.objects.filter(task__in=list(tasks)).order_by("task_id", "at", "pk")
    return {task_id: list(history) for task_id, history in groupby(steps, key=lambda step: step.task_id)}


def _is_same(task: Task, values: dict[str, Any], history: list[Step], steps: list[Transition]) -> bool:
    return all(getattr(task, name) == value for name, value in values.items()) and [
        (step.at, step.status, step.external_status, step.assignee_id, step.team_id) for step in steps
    ] == [(*step, task.assignee_id, task.team_id) for step in history]


def _store(created: list[_Stored], updated: list[_Stored]) -> None:
    Task.objects.bulk_create(stored.task for stored in created)
    if updated:
        # The ids exist, so every row takes the update branch: one plain statement, where bulk_update builds a
        # CASE of all rows for each column.
        Task.objects.bulk_create(
            [stored.task for stored in updated],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[
                *(name.removesuffix("_id") for name in FIELDS),
                "due_time",
                "version",
                "updated_at",
            ],
        )
        Transition.objects.filter(task__in=[stored.task.pk for stored in updated]).delete()
    Transition.objects.bulk_create(
        Transition(
            task=stored.task,
            at=at,
            status=status,
            external_status=word,
            assignee_id=stored.task.assignee_id,
            team_id=stored.task.team_id,
        )
        for stored in [*created, *updated]
        for at, status, word in stored.history
    )
