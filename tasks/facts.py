"""What the history of a task says as facts: the one rule for a single change, an import and a rebuild.

Only `Transition` rows and the due day and time are read, so a rebuild gives the same numbers as the day it happened.
A task counts as completed once, at the latest time it became done; reopening takes the facts of the
completion back. Team and member of a fact are those of the history step it comes from.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from kpis.choices import Unit
from kpis.registry import Fact, FactSource, MetricSpec
from tasks.choices import OPEN, Status
from tasks.models import Task, Transition, due_moment

SOURCE = "task"
METRICS = (
    MetricSpec("tasks.opened", "Tasks opened", "新建任务", Unit.COUNT),
    MetricSpec("tasks.completed", "Tasks completed", "完成任务", Unit.COUNT),
    MetricSpec("tasks.on_time", "Tasks completed on time", "按时完成任务", Unit.COUNT),
    MetricSpec("tasks.cycle_seconds", "Time from opening to completion", "任务周期", Unit.SECONDS),
    MetricSpec("tasks.backlog", "Change of the task backlog", "任务积压变化", Unit.COUNT),
    MetricSpec("tasks.backlog_opened", "Opening times of open tasks", "未完成任务的创建时间", Unit.SECONDS),
)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def facts_of(organization_id: int, ids: Iterable[int]) -> dict[int, list[Fact]]:
    """The facts of these tasks, by id; ids that are not tasks of it are left out. Two queries."""
    tasks = {
        task_id: due_moment(due_on, due_time, ZoneInfo(time_zone))
        for task_id, due_on, due_time, time_zone in Task.objects.filter(
            organization_id=organization_id, pk__in=list(ids)
        ).values_list("pk", "due_on", "due_time", "organization__time_zone")
    }
    steps = Transition.objects.filter(task__in=list(tasks)).order_by("task_id", "at", "pk")
    return {
        task_id: list(facts_of_history(list(history), tasks[task_id]))
        for task_id, history in groupby(steps, key=lambda step: step.task_id)
    }


def facts_of_history(history: Sequence[Transition], due_at: datetime | None) -> Iterator[Fact]:
    """The facts of one task; `history` in order. On time is who finished before `due_at`."""
    opened = history[0]
    yield _fact("tasks.opened", opened, 1)
    yield from _backlog(history)
    completed = completion(history)
    if completed is None:
        return
    yield _fact("tasks.completed", completed, 1)
    elapsed = max(completed.at - opened.at, timedelta(0))
    yield _fact("tasks.cycle_seconds", completed, _seconds(elapsed))
    if due_at is not None:
        yield _fact("tasks.on_time", completed, int(completed.at < due_at))


def completion(history: Sequence[Transition]) -> Transition | None:
    """The step at which the task became done, where it still is; else None."""
    found = None
    for step in history:
        if step.status != Status.DONE:
            found = None
        elif found is None:
            found = step
    return found


def _backlog(history: Sequence[Transition]) -> Iterator[Fact]:
    """+1 where the task enters the open work of a team and member, -1 where it leaves it.

    Beside each stands the time the task was opened, with the same sign: both sums give the age of the backlog.
    """
    opened = _seconds(history[0].at - EPOCH)
    held: Transition | None = None
    for number, step in enumerate(history, start=1):
        wanted = step if step.status in OPEN else None
        if held and wanted and _place(held) == _place(wanted):
            continue
        if held:
            yield _fact("tasks.backlog", held, -1, at=step, part=f"{number}-out")
            yield _fact("tasks.backlog_opened", held, -opened, at=step, part=f"{number}-out")
        if wanted:
            yield _fact("tasks.backlog", wanted, 1, part=f"{number}-in")
            yield _fact("tasks.backlog_opened", wanted, opened, part=f"{number}-in")
        held = wanted


def _seconds(span: timedelta) -> Decimal:
    """Exact to the microsecond."""
    return Decimal(span // timedelta(microseconds=1)).scaleb(-6)


def _place(step: Transition) -> tuple[int | None, int | None]:
    return step.team_id, step.assignee_id


def _fact(
    key: str, step: Transition, value: Decimal | int, *, at: Transition | None = None, part: str = ""
) -> Fact:
    return Fact(key, (at or step).at, value, team_id=step.team_id, member_id=step.assignee_id, part=part)


def ids_of(organization_id: int) -> Iterator[int]:
    """Every task of the organization, in order."""
    return (
        Task.objects.filter(organization_id=organization_id)
        .order_by("pk")
        .values_list("pk", flat=True)
        .iterator(chunk_size=2_000)
    )


TASK_FACTS = FactSource(
    name=SOURCE, metrics=METRICS, facts_of=facts_of, ids_of=ids_of, url_name="tasks:detail"
)
