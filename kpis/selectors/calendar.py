"""Periods of an organization's calendar: local days, weeks from its first weekday, months."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from kpis.choices import Grain
from people.models import Organization

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Consecutive local days, both ends included."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends_on - self.starts_on).days + 1


def today(organization: Organization) -> date:
    """The organization's local day now."""
    return timezone.localdate(timezone=organization.zone)


def period_of(day: date, grain: Grain, week_start: int) -> Period:
    """The period that holds `day`; `week_start` as in ISO, 1 is Monday."""
    if grain == Grain.DAY:
        return Period(day, day)
    if grain == Grain.WEEK:
        first = day - timedelta(days=(day.isoweekday() - week_start) % 7)
        return Period(first, first + timedelta(days=6))
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - ONE_DAY)


def periods(first_on: date, last_on: date, grain: Grain, week_start: int) -> Iterator[Period]:
    """Every period that holds a day from `first_on` to `last_on`, whole ones, oldest first."""
    period = period_of(first_on, grain, week_start)
    while period.starts_on <= last_on:
        yield period
        period = period_of(period.ends_on + ONE_DAY, grain, week_start)
