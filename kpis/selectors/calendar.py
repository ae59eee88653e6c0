"""Periods of an organization's calendar: hours, local days, weeks, months, quarters and years of its fiscal year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone

from kpis.choices import Grain, TargetPeriod
from people.models import Organization

ONE_DAY = timedelta(days=1)
# A clock is put forward or back by quarters of an hour at the least, so none of its hours lies between two probes.
PROBE = timedelta(minutes=15)
MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}
GRAINS = {
    TargetPeriod.DAY: Grain.DAY,
    TargetPeriod.WEEK: Grain.WEEK,
    TargetPeriod.MONTH: Grain.MONTH,
    TargetPeriod.QUARTER: Grain.QUARTER,
    TargetPeriod.YEAR: Grain.YEAR,
}


@dataclass(frozen=True, slots=True)
class Period:
    """Consecutive local days, both ends included; of an hour, its day and the moment the local clock struck it."""

    starts_on: date
    ends_on: date
    starts_at: datetime | None = None

    @property
    def days(self) -> Decimal:
        """How many days it has; an hour is one 24th."""
        if self.starts_at is not None:
            return Decimal(1) / 24
        return Decimal((self.ends_on - self.starts_on).days + 1)

    @property
    def place(self) -> date | datetime:
        """Where it begins among the cells it is merged from."""
        return self.starts_at or self.starts_on


@dataclass(frozen=True, slots=True)
class Calendar:
    """How an organization divides time; weekdays as in ISO, 1 is Monday."""

    zone: ZoneInfo
    week_start: int = 1
    fiscal_month: int = 1


def calendar_of(organization: Organization) -> Calendar:
    """The organization's calendar."""
    return Calendar(organization.zone, organization.week_start, organization.fiscal_month)


def today(organization: Organization) -> date:
    """The organization's local day now."""
    return timezone.localdate(timezone=organization.zone)


def midnight_after(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of the local day after `day`; where the clock skips midnight, the one it skips to."""
    following = datetime.combine(day + ONE_DAY, time(), tzinfo=zone)
    return following.astimezone(UTC)


def period_of(day: date, grain: Grain, calendar: Calendar) -> Period:
    """The period of at least a day that holds `day`."""
    if grain == Grain.WEEK:
        first = day - timedelta(days=(day.isoweekday() - calendar.week_start) % 7)
        return Period(first, first + timedelta(days=6))
    if grain not in MONTHS:
        return Period(day, day)
    length = MONTHS[grain]
    first = _months_later(day.replace(day=1), -((day.month - calendar.fiscal_month) % length))
    return Period(first, _months_later(first, length) - ONE_DAY)


def period_around(day: date, period: TargetPeriod, calendar: Calendar) -> Period:
    """The stretch that holds `day` and is as long as a target is for."""
    if period == TargetPeriod.FOUR_WEEKS:
        return Period(day - 27 * ONE_DAY, day)
    return period_of(day, GRAINS[period], calendar)


def periods(first_on: date, last_on: date, grain: Grain, calendar: Calendar) -> Iterator[Period]:
    """Every period that holds a day from `first_on` to `last_on`, whole ones, oldest first."""
    if grain == Grain.HOUR:
        yield from _hours(first_on, last_on, calendar.zone)
        return
    period = period_of(first_on, grain, calendar)
    while period.starts_on <= last_on:
        yield period
        period = period_of(period.ends_on + ONE_DAY, grain, calendar)


def _hours(first_on: date, last_on: date, zone: ZoneInfo) -> Iterator[Period]:
    """Every hour that the local clock shows on these days; one that it shows twice is two."""
    at, end = midnight_after(first_on - ONE_DAY, zone), midnight_after(last_on, zone)
    seen: datetime | None = None
    while at < end:
        local = at.astimezone(zone)
        struck = at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        if seen is None or struck > seen:
            yield Period(local.date(), local.date(), struck)
            seen = struck
        at += PROBE


def _months_later(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
