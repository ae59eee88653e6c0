"""Who has how much to do in the coming two weeks, against the time there is for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import Coalesce, RowNumber

from common.templatetags.ui import number
from people.models import Membership
from tasks.models import Task, TaskQuerySet
from tasks.workdays import Workdays

DAY: Final = timedelta(days=1)
AHEAD_DAYS: Final = 14
# What a task without an estimate is taken to need.
ASSUMED_MINUTES: Final = 60
# What one person is taken to get done on a working day beside meetings and interruptions.
MINUTES_A_DAY: Final = 6 * 60
FULL, MUCH = 1.0, 0.8
PEOPLE: Final = 30
TASKS_EACH: Final = 5


@dataclass(frozen=True, slots=True)
class Load:
    """The open work of one person until the end of the coming 14 days, and how long they have for it."""

    member_id: int | None
    name: str
    minutes: int
    number: int
    unestimated: int
    capacity_minutes: int
    tasks: Sequence[Task] = ()

    @property
    def share(self) -> float:
        """Estimated work by the time there is for it; 1 is all of it."""
        return self.minutes / self.capacity_minutes if self.capacity_minutes else float(self.minutes > 0)

    @property
    def tone(self) -> str:
        """Bad where it cannot be done, a warning from four fifths on."""
        return "bad" if self.share > FULL else "warn" if self.share > MUCH else "good"

    @property
    def hours(self) -> str:
        """The hours that the work needs."""
        return number(self.minutes / 60)


def ahead(tasks: TaskQuerySet, today: date) -> TaskQuerySet:
    """Those that are open and due before the coming 14 days are over, late ones included."""
    return tasks.open().filter(due_on__lt=today + AHEAD_DAYS * DAY)


def minutes_by_person(tasks: TaskQuerySet) -> QuerySet[Any, Any]:
    """Minutes, number and number without an estimate of each assignee's tasks, the most minutes first."""
    return (
        tasks.order_by()
        .values("assignee_id", "assignee__user__name")
        .annotate(
            minutes=Sum(Coalesce("estimate_minutes", ASSUMED_MINUTES)),
            number=Count("pk"),
            unestimated=Count("pk", filter=Q(estimate_minutes__isnull=True)),
        )
        .order_by("-minutes", "-number", "assignee_id")
    )


def capacity_minutes(workdays: Workdays, today: date) -> int:
    """The time that one person has until the coming 14 days are over."""
    return workdays.between(today - DAY, today + (AHEAD_DAYS - 1) * DAY) * MINUTES_A_DAY


def load_by_person(tasks: TaskQuerySet, today: date, capacity: int, free: QuerySet[Membership]) -> list[Load]:
    """What nobody has, then each person's load with the first tasks, the most first; at last who of `free` has none.

    At most 30 people, three queries.
    """
    due = ahead(tasks, today)
    found = list(minutes_by_person(due)[: PEOPLE + 1])
    first = _first_tasks(due, [each["assignee_id"] for each in found])
    loads = [
        Load(
            member_id=each["assignee_id"],
            name=each["assignee__user__name"] or "",
            minutes=each["minutes"],
            number=each["number"],
            unestimated=each["unestimated"],
            capacity_minutes=capacity,
            tasks=first.get(each["assignee_id"], ()),
        )
        for each in found
    ]
    loads.sort(key=lambda load: load.member_id is not None)
    if len(found) < PEOPLE:
        idle = free.exclude(pk__in=[load.member_id for load in loads if load.member_id])
        loads += [Load(each.pk, each.user.name, 0, 0, 0, capacity) for each in idle[: PEOPLE - len(found)]]
    return loads


def _first_tasks(due: TaskQuerySet, member_ids: Sequence[int | None]) -> dict[int | None, list[Task]]:
    """The first tasks of each of them by due day, and what nobody has. One query."""
    order = [F("due_on").asc(), F("due_time").asc(nulls_last=True), F("priority").asc(), F("id").asc()]
    place = Window(RowNumber(), partition_by=F("assignee_id"), order_by=order)
    theirs = Q(assignee_id__in=[each for each in member_ids if each]) | Q(assignee_id__isnull=True)
    first: dict[int | None, list[Task]] = {}
    for task in due.filter(theirs).annotate(place=place).filter(place__lte=TASKS_EACH).order_by("place"):
        first.setdefault(task.assignee_id, []).append(task)
    return first
