"""Weeks of the calendar, Monday first, as reports are made of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from common.errors import NotVisible

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its ISO number."""

    year: int
    number: int

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """Its last day."""
        return date.fromisocalendar(self.year, self.number, 7)

    @property
    def name(self) -> str:
        """As in addresses."""
        return f"{self.year}-W{self.number}"

    @property
    def before(self) -> "Week":
        """The week before."""
        return week_of(self.monday - WEEK)

    @property
    def after(self) -> "Week":
        """The week after."""
        return week_of(self.monday + WEEK)


def week_of(day: date) -> Week:
    """The week that holds a day."""
    year, number, _weekday = day.isocalendar()
    return Week(year, number)


def week_named(year: int, number: int, today: date) -> Week:
    """The week of that number; refuses one that the calendar does not have, or without a day that is over."""
    try:
        monday = date.fromisocalendar(year, number, 1)
    except ValueError as error:
        raise NotVisible from error
    if monday >= today:
        raise NotVisible
    return Week(year, number)


def week_called(name: str, today: date) -> Week:
    """As `week_named`, by the name in addresses."""
    year, _between, number = name.partition("-W")
    if not all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in (year, number)):
        raise NotVisible
    return week_named(int(year), int(number), today)


def last_week(today: date) -> Week:
    """The newest week that is over."""
    return week_of(today - WEEK)
