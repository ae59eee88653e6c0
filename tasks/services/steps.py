"""The checklist of a task. Every change of it is a new version of the task."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible
from people.models import Membership
from tasks.models import Step, Task
from tasks.permissions import can_change_task, can_complete_tasks
from tasks.services.checking import locked_task

MOST_STEPS = 100
LONGEST_STEP = 300


@transaction.atomic
def add_steps(*, by: Membership, task_id: int, texts: Sequence[str]) -> list[Step]:
    """The task has these steps after those it had. Refuses who may not edit it, blank texts and more than 100."""
    task = _editable(by, task_id)
    wanted = [text.strip() for text in texts]
    if not wanted or not all(wanted):
        raise InvalidInput({"text": [_("Say what has to be done.")]})
    if max(map(len, wanted)) > LONGEST_STEP:
        raise InvalidInput({"text": [_("Keep a step below %(limit)s characters.") % {"limit": LONGEST_STEP}]})
    places = list(task.steps.values_list("position", flat=True))
    if len(places) + len(wanted) > MOST_STEPS:
        raise InvalidInput({"text": [_("A task has at most %(limit)s steps.") % {"limit": MOST_STEPS}]})
    first = max(places, default=0) + 1
    steps = [Step(task=task, position=first + number, text=text) for number, text in enumerate(wanted)]
    Step.objects.bulk_create(steps)
    _tell(task, "task.steps_changed", by=by, added=len(steps))
    return steps


@transaction.atomic
def check_step(*, by: Membership, task_id: int, step_id: int, done: bool) -> Step:
    """The step is checked off, or open again; what is already so changes nothing.

    Refuses who may not complete tasks.
    """
    task = locked_task(by, task_id)
    if not can_complete_tasks(by):
        raise NotAllowed
    step = _step(task, step_id)
    if (step.done_at is not None) != done:
        step.done_at, step.done_by = (timezone.now(), by) if done else (None, None)
        step.save(update_fields=["done_at", "done_by"])
        _tell(task, "task.step_checked" if done else "task.step_unchecked", by=by, step_id=step.pk)
    return step


@transaction.atomic
def edit_step(
    *, by: Membership, task_id: int, step_id: int, text: str | None = None, position: int | None = None
) -> Step:
    """The step has this text and stands at this place, the first being 1. Refuses as `add_steps`."""
    task = _editable(by, task_id)
    step = _step(task, step_id)
    text = step.text if text is None else text.strip()
    if not text or len(text) > LONGEST_STEP:
        raise InvalidInput({"text": [_("Say what has to be done.")]})
    step.text = text
    step.save(update_fields=["text"])
    if position is not None:
        others = [each for each in task.steps.all() if each.pk != step.pk]
        others.insert(min(max(position, 1), len(others) + 1) - 1, step)
        for place, each in enumerate(others, start=1):
            each.position = place
        Step.objects.bulk_update(others, ["position"])
        step.position = others.index(step) + 1
    _tell(task, "task.steps_changed", by=by, step_id=step.pk)
    return step


@transaction.atomic
def change_step(
    *,
    by: Membership,
    task_id: int,
    step_id: int,
    text: str | None = None,
    position: int | None = None,
    done: bool | None = None,
) -> Step:
    """The step has this text and place, and is done or open; what is None stays. Refuses as the parts do."""
    step = None
    if text is not None or position is not None:
        step = edit_step(by=by, task_id=task_id, step_id=step_id, text=text, position=position)
    if done is not None or step is None:
        wanted = _step(locked_task(by, task_id), step_id).done_at is not None if done is None else done
        step = check_step(by=by, task_id=task_id, step_id=step_id, done=wanted)
    return step


@transaction.atomic
def move_step_up(*, by: Membership, task_id: int, step_id: int) -> Step:
    """The step stands one place higher, the first one stays. Refuses who may not edit the task."""
    ids = list(_editable(by, task_id).steps.values_list("pk", flat=True))
    if step_id not in ids:
        raise NotVisible
    return edit_step(by=by, task_id=task_id, step_id=step_id, position=max(ids.index(step_id), 1))


@transaction.atomic
def remove_step(*, by: Membership, task_id: int, step_id: int) -> None:
    """The step is gone. Refuses who may not edit the task."""
    task = _editable(by, task_id)
    _step(task, step_id).delete()
    _tell(task, "task.steps_changed", by=by, removed=1)


def _editable(by: Membership, task_id: int) -> Task:
    task = locked_task(by, task_id)
    if not can_change_task(by, task):
        raise NotAllowed
    return task


def _step(task: Task, step_id: int) -> Step:
    step = task.steps.filter(pk=step_id).first()
    if step is None:
        raise NotVisible
    return step


def _tell(task: Task, verb: str, *, by: Membership, **facts: int) -> None:
    task.version += 1
    task.save(update_fields=["version", "updated_at"])
    record(verb, subject=task, organization_id=task.organization_id, by=by, **facts)
