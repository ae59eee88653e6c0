"""Changing many tasks in one go, and taking that back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotAllowed, Refusal
from kpis.services import facts_together
from people.models import Membership
from tasks.models import Task
from tasks.permissions import can_complete_tasks
from tasks.selectors import get_task
from tasks.services.changing import edit_task, undo_status_change

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """A task at the version it was read at, and what it shall become."""

    task_id: int
    version: int
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of many: the task as it is now and what its values were, or why it was refused."""

    task_id: int
    task: Task | None = None
    was: dict[str, Any] | None = None
    refusal: Refusal | None = None


def change_many(*, by: Membership, chosen: Sequence[Chosen]) -> list[Outcome]:
    """Each task has its new values, or its outcome says why not; those that can be changed are, whatever the others do.

    Refuses whoever may change no task, and more than `MOST_AT_ONCE`.
    """
    _refuse_all(by, len(chosen))
    with transaction.atomic(), facts_together():
        return [_outcome(by, each) for each in sorted(chosen, key=lambda each: each.task_id)]


def undo_many(*, by: Membership, chosen: Sequence[Chosen]) -> list[Outcome]:
    """Each task has the values it had before `change_many`; where that was its status alone, as if never changed.

    Refuses as `change_many`, and row by row what was changed again since.
    """
    _refuse_all(by, len(chosen))
    with transaction.atomic(), facts_together():
        return [_outcome(by, each, is_undo=True) for each in sorted(chosen, key=lambda each: each.task_id)]


def _refuse_all(by: Membership, count: int) -> None:
    if not can_complete_tasks(by):
        raise NotAllowed
    if count > MOST_AT_ONCE:
        raise InvalidInput({}, _("Choose at most %(most)s tasks at once.") % {"most": MOST_AT_ONCE})


def _outcome(by: Membership, each: Chosen, *, is_undo: bool = False) -> Outcome:
    try:
        with transaction.atomic(), facts_together():
            before = get_task(by, each.task_id)
            was = {name: getattr(before, name) for name in each.changes}
            return Outcome(each.task_id, _changed(by, each, is_undo=is_undo), was)
    except Refusal as refusal:
        return Outcome(each.task_id, refusal=refusal)


def _changed(by: Membership, each: Chosen, *, is_undo: bool) -> Task:
    if is_undo and each.changes.keys() == {"status"}:
        return undo_status_change(by=by, task_id=each.task_id, version=each.version)
    return edit_task(by=by, task_id=each.task_id, version=each.version, **each.changes)
