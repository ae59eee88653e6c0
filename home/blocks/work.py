"""The work: what is late, what waits, and who has how much before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.templatetags.ui import number, percent
from home.blocks.block import Table
from home.blocks.ground import AHEAD_DAYS
from home.blocks.reading import Reading
from home.blocks.scope import DAY
from tasks.models import Task

# What one person is taken to get done on a working day beside meetings and interruptions.
MINUTES_A_DAY = 6 * 60
FULL, MUCH = 1.0, 0.8


@dataclass(frozen=True, slots=True)
class Load:
    """The open work of one person until the end of the coming 14 days, and how long they have for it."""

    member_id: int
    name: str
    minutes: int
    number: int
    unestimated: int
    capacity_minutes: int

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


@dataclass(frozen=True, slots=True)
class Work:
    """The first overdue and waiting tasks with the number of all, and the load of each person."""

    key: ClassVar[str] = "work"
    overdue: Sequence[Task]
    overdue_count: int
    waiting: Sequence[Task]
    waiting_count: int
    loads: Sequence[Load]
    working_days: int
    team_query: str

    def tables(self) -> list[Table]:
        """Overdue tasks, waiting ones, and loads."""
        columns = (_("Task"), _("Assignee"), _("Due"), _("Status"))
        loads = (_("Person"), _("Tasks"), _("Hours"), _("Of their time"), _("Without an estimate"))
        return [
            Table(_("Overdue tasks"), columns, [_row(task) for task in self.overdue]),
            Table(_("Waiting tasks"), columns, [_row(task) for task in self.waiting]),
            Table(_("Load of the coming two weeks"), loads, [_load_row(load) for load in self.loads]),
        ]


def work_block(reading: Reading) -> Work:
    """The work of the team, or of everybody."""
    ground, today = reading.ground, reading.scope.today
    working_days = ground.workdays.between(today - DAY, today + (AHEAD_DAYS - 1) * DAY)
    capacity = working_days * MINUTES_A_DAY
    return Work(
        overdue=_found(reading, ground.overdue_ids),
        overdue_count=ground.overdue_count,
        # One that is late as well is on the page already.
        waiting=_found(reading, [each for each in ground.waiting_ids if each not in ground.overdue_ids]),
        waiting_count=ground.waiting_count,
        loads=[Load(**person, capacity_minutes=capacity) for person in ground.loads],
        working_days=working_days,
        team_query=reading.scope.team_query,
    )


def _found(reading: Reading, ids: Sequence[int]) -> list[Task]:
    return [reading.tasks[task_id] for task_id in ids if task_id in reading.tasks]


def _row(task: Task) -> tuple[str, ...]:
    return (
        task.title,
        task.assignee.user.name if task.assignee else "",
        date_format(task.due_on, "DATE_FORMAT") if task.due_on else "",
        task.get_status_display(),
    )


def _load_row(load: Load) -> tuple[str, ...]:
    return (load.name, str(load.number), load.hours, percent(load.share), str(load.unestimated))
