"""The calendar of the demo: which days it spans, how busy each is, and where in the story it lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

MONTH_DAYS = 30.42
LAST_MONTH = 12
# Orders and questions by weekday, Monday first; shops are busiest on Sunday, offices rest at the weekend.
ORDERS_BY_WEEKDAY = (1.02, 0.97, 0.95, 0.97, 1.03, 1.06, 1.00)
WORK_BY_WEEKDAY = (1.20, 1.10, 1.05, 1.05, 0.95, 0.12, 0.05)
# First days of the Spring Festival; the other holidays have fixed dates.
SPRING_FESTIVALS = (
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 3),
)
Curve = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Year:
    """`months` months that end at `now`. The last one is month 12 however many there are."""

    now: datetime
    zone: ZoneInfo
    months: int = LAST_MONTH

    @property
    def today(self) -> date:
        """The local day on which the demo ends."""
        return self.now.astimezone(self.zone).date()

    @property
    def days(self) -> list[date]:
        """Every day, oldest first."""
        count = round(self.months * MONTH_DAYS)
        return [self.today - timedelta(days=back) for back in range(count - 1, -1, -1)]

    def position(self, day: date) -> float:
        """Months into the year: month 8 is from 7.0 to 8.0, today is 12.0."""
        return LAST_MONTH - (self.today - day).days / MONTH_DAYS

    def day_at(self, position: float) -> date:
        """The day at a position; the inverse of `position`."""
        return self.today - timedelta(days=round((LAST_MONTH - position) * MONTH_DAYS))

    def at(self, day: date, hour: float) -> datetime:
        """A moment of a local day, in UTC."""
        local = datetime.combine(day, time(), self.zone) + timedelta(hours=hour)
        return local.astimezone(UTC)

    def working_moment(self, day: date, rng: Random) -> datetime:
        """A moment in the office hours of `day`, or of the next working day."""
        while is_resting(day):
            day += timedelta(days=1)
        return self.at(day, rng.triangular(8.75, 18.5, 11))


def is_holiday(day: date) -> bool:
    """The national holidays of China, lightly: shops go on, offices do not."""
    if (day.month, day.day) in {(1, 1), (5, 1), (5, 2), (5, 3)} or (day.month == 10 and day.day <= 7):
        return True
    return any(start <= day < start + timedelta(days=7) for start in SPRING_FESTIVALS)


def is_resting(day: date) -> bool:
    """Weekends and holidays."""
    return day.weekday() >= 5 or is_holiday(day)


def order_weight(day: date) -> float:
    """How many orders a day has against an average one; sales days and the Spring Festival show."""
    weight = ORDERS_BY_WEEKDAY[day.weekday()]
    if any(start <= day < start + timedelta(days=7) for start in SPRING_FESTIVALS):
        return weight * 0.55
    if (day.month, day.day) in {(11, 11), (6, 18)}:
        return weight * 1.9
    return weight


def work_weight(day: date) -> float:
    """How many tasks are opened on a day against an average one."""
    return 0.05 if is_holiday(day) else WORK_BY_WEEKDAY[day.weekday()]


def level(curve: Curve, position: float) -> float:
    """The curve's value between its points, constant beyond its ends."""
    if position <= curve[0][0]:
        return curve[0][1]
    for (left, low), (right, high) in pairwise(curve):
        if position <= right:
            return low + (high - low) * (position - left) / (right - left)
    return curve[-1][1]


def whole(amount: float, rng: Random) -> int:
    """A whole number around `amount`, scattered like counts are."""
    return max(0, round(rng.gauss(amount, amount**0.5))) if amount > 0 else 0
