"""When somebody means to do a task: today, this week, later, or once somebody else has answered."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from people.models import Organization

DAY: Final = timedelta(days=1)
TODAY, WEEK, LATER, WAITING = WHENS = ("today", "week", "later", "waiting")
WORKDAYS_OF_A_WEEK: Final = 5


@dataclass(frozen=True, slots=True)
class Week:
    """The days until the week ends; on its last day, those of the next one."""

    today: date
    starts_on: date
    ends_on: date

    @property
    def is_this(self) -> bool:
        """Whether today is one of them."""
        return self.starts_on <= self.today

    @property
    def plan_on(self) -> date:
        """The day for what shall be done within the week: its fifth one, or the last where that has come."""
        fifth = self.starts_on + (WORKDAYS_OF_A_WEEK - 1) * DAY
        return fifth if fifth > self.today else self.ends_on


def week_of(organization: Organization, today: date) -> Week:
    """The week of `today` as the organization begins it."""
    starts_on = today - ((today.isoweekday() - organization.week_start) % 7) * DAY
    if starts_on + 6 * DAY == today:
        starts_on = today + DAY
    return Week(today, starts_on, starts_on + 6 * DAY)


def due_for(when: str, due_on: date | None, week: Week) -> date | None:
    """The due day of a task that shall be done then; one that fits already stays."""
    if when == TODAY:
        return due_on if due_on is not None and due_on <= week.today else week.today
    if when == WEEK:
        return due_on if due_on is not None and week.today < due_on <= week.ends_on else week.plan_on
    if when == LATER:
        return due_on if due_on is None or due_on > week.ends_on else week.ends_on + DAY
    return due_on
