"""The work: what is late, what waits, and who has how much before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common.templatetags.ui import percent
from home.blocks.block import Table
from home.blocks.reading import Reading
from tasks.models import Task
from tasks.selectors import MINUTES_A_DAY, Load, capacity_minutes


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

    @property
    def load_rows(self) -> list[tuple[Load, str, str, str]]:
        """Each load with its tasks, its hours and what it leaves open in words."""
        return [
            (
                load,
                ngettext("%(number)s task", "%(number)s tasks", load.number) % {"number": load.number},
                f"{_('%(hours)s h') % {'hours': load.hours}} · {percent(load.share)}",
                _("%(number)s without an estimate") % {"number": load.unestimated}
                if load.unestimated
                else "",
            )
            for load in self.loads
        ]

    def tables(self) -> list[Table]:
        """Overdue tasks, waiting ones, and loads."""
        columns = (_("Task"), _("Assignee"), _("Due"), _("Status"))
        hours = pgettext("of work", "Hours")
        loads = (_("Person"), _("Tasks"), hours, _("Of their time"), _("Without an estimate"))
        return [
            Table(_("Overdue tasks"), columns, [_row(task) for task in self.overdue], self.overdue_count),
            Table(_("Waiting tasks"), columns, [_row(task) for task in self.waiting], self.waiting_count),
            Table(_("Load of the coming two weeks"), loads, [_load_row(load) for load in self.loads]),
        ]


def work_block(reading: Reading) -> Work:
    """The work of the team, or of everybody."""
    ground, today = reading.ground, reading.scope.today
    capacity = capacity_minutes(ground.workdays, today)
    return Work(
        overdue=_found(reading, ground.overdue_ids),
        overdue_count=ground.overdue_count,
        # One that is late as well is on the page already.
        waiting=_found(reading, [each for each in ground.waiting_ids if each not in ground.overdue_ids]),
        waiting_count=ground.waiting_count,
        loads=[Load(**person, capacity_minutes=capacity) for person in ground.loads],
        working_days=capacity // MINUTES_A_DAY,
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
