"""Tasks beside each other: in columns by status, and on the days of a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from tasks.choices import CLOSED, Status
from tasks.models import Task, TaskQuerySet

COLUMN_ROWS: Final = 25
DAY_ROWS: Final = 4
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
_BY_DUE = (F("due_on").asc(nulls_last=True), F("due_time").asc(nulls_last=True), "priority", "id")


@dataclass(frozen=True, slots=True)
class Column:
    """The first tasks of one status, and whether there are more."""

    status: str
    label: str
    tasks: Sequence[Task]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar with the first tasks that are due on it; `more` are those left out."""

    on: date
    is_inside: bool
    tasks: Sequence[Task]
    more: int


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks of a month, and the months beside it."""

    first: date
    before: date
    after: date
    weeks: Sequence[Sequence[Day]]


def board(tasks: TaskQuerySet, statuses: Sequence[str]) -> list[Column]:
    """A column for each of these statuses: open ones by due day, closed ones by when they were. One query each."""
    return [_column(tasks, Status(status)) for status in statuses]


def _column(tasks: TaskQuerySet, status: Status) -> Column:
    order = ("-closed_at", "-id") if status in CLOSED else _BY_DUE
    found = list(tasks.filter(status=status).order_by(*order)[: COLUMN_ROWS + 1])
    return Column(status, str(status.label), found[:COLUMN_ROWS], len(found) > COLUMN_ROWS)


def month_of(tasks: TaskQuerySet, first: date, week_start: int) -> Month:
    """The month from its day `first`, in whole weeks from `week_start` (ISO) on, with a few tasks a day. One query."""
    after = (first + 31 * DAY).replace(day=1)
    start = first - ((first.isoweekday() - week_start) % 7) * DAY
    weeks = -(-(after - start).days // 7)
    until = start + weeks * WEEK
    order = [F("due_time").asc(nulls_last=True), F("priority").asc(), F("id").asc()]
    shown = (
        tasks.filter(due_on__gte=start, due_on__lt=until)
        .annotate(
            place=Window(RowNumber(), partition_by=F("due_on"), order_by=order),
            on_day=Window(Count("*"), partition_by=F("due_on")),
        )
        .filter(place__lte=DAY_ROWS)
        .order_by("due_on", "place")
    )
    on: dict[date, list[Task]] = {}
    for task in shown:
        if task.due_on is not None:
            on.setdefault(task.due_on, []).append(task)
    days = [_day(start + number * DAY, first, on) for number in range(7 * weeks)]
    return Month(
        first=first,
        before=(first - DAY).replace(day=1),
        after=after,
        weeks=[days[at : at + 7] for at in range(0, len(days), 7)],
    )


def _day(on: date, first: date, tasks: dict[date, list[Task]]) -> Day:
    rows = tasks.get(on, [])
    count = rows[0].on_day if rows else 0  # type: ignore[attr-defined] # annotated by month_of
    return Day(on, (on.year, on.month) == (first.year, first.month), rows, count - len(rows))
