"""On which days an organization works.

Public holidays come from the `holidays` package, those of mainland China from `chinese_calendar`, which also knows the
weekends that are worked in exchange (调休). The organization's own special days come before both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from people.models import Organization
from tasks.models import SpecialDay, WorkCalendar, weekend

DAY = timedelta(days=1)
CHINA, NOWHERE = "CN", "-"
CHINESE_ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin", "PRC")
# No calendar rests longer; a walk over more days than this has met a calendar without working days.
LONGEST_REST = 60


@dataclass(frozen=True, slots=True)
class Workdays:
    """The calendar of one organization. Days are local dates; no answer costs a query."""

    country: str = NOWHERE
    subdivision: str = ""
    rest_days: frozenset[int] = frozenset(weekend())
    special: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether the organization works on this day."""
        if day in self.special:
            return self.special[day]
        rule = _public_rule(self.country, self.subdivision, day)
        return day.isoweekday() not in self.rest_days if rule is None else rule

    def first_from(self, day: date) -> date:
        """This day if it is a working day, otherwise the next one."""
        return self._walk(day, DAY)

    def last_until(self, day: date) -> date:
        """This day if it is a working day, otherwise the one before."""
        return self._walk(day, -DAY)

    def add(self, day: date, days: int) -> date:
        """The working day that is `days` working days after `day`, or before it where negative; 0 is `day` itself."""
        step = DAY if days > 0 else -DAY
        for _ in range(abs(days)):
            day = self._walk(day + step, step)
        return day

    def between(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and including `until`; 0 where `until` is not later."""
        return sum(self.is_working(after + DAY * number) for number in range(1, (until - after).days + 1))

    def _walk(self, day: date, step: timedelta) -> date:
        for _ in range(LONGEST_REST):
            if self.is_working(day):
                return day
            day += step
        return day


def workdays_of(organization: Organization) -> Workdays:
    """The organization's calendar; without settings the week has five days and China its holidays. Two queries."""
    days = SpecialDay.objects.filter(organization=organization).values_list("on", "is_working")
    chosen = WorkCalendar.objects.filter(organization=organization).first()
    if chosen is None:
        return Workdays(country=default_country(organization), special=dict(days))
    return Workdays(chosen.country, chosen.subdivision, frozenset(chosen.rest_days), dict(days))


def special_days_of(organization: Organization) -> list[SpecialDay]:
    """The organization's own special days, newest first. One query."""
    return list(SpecialDay.objects.filter(organization=organization).order_by("-on"))


def default_country(organization: Organization) -> str:
    """Whose public holidays an organization keeps that has not said so: those of China in its time zones."""
    return CHINA if organization.time_zone in CHINESE_ZONES else NOWHERE


def countries() -> list[tuple[str, str]]:
    """Code and English name of every country whose holidays are known, by name."""
    # Late: the package loads slowly and only this page and the planner need it.
    from holidays.registry import COUNTRIES

    rows = [(names[1], words.replace("_", " ").title()) for words, names in COUNTRIES.items()]
    return sorted(rows, key=lambda row: row[1])


@cache
def _public_rule(country: str, subdivision: str, day: date) -> bool | None:
    """True for a day that is worked by public rule, False for a public holiday, None where the week decides."""
    if country == CHINA and _is_published(day.year):
        return _chinese_rule(day)
    if country == NOWHERE:
        return None
    return False if day in _public_holidays(country, subdivision, day.year) else None


@cache
def _is_published(year: int) -> bool:
    """Whether the State Council had published the holidays of that year when the package was made."""
    # Late, as above.
    from chinese_calendar.constants import holidays

    return any(day.year == year for day in holidays)


def _chinese_rule(day: date) -> bool | None:
    # Late, as above.
    from chinese_calendar import get_holiday_detail

    is_free, name = get_holiday_detail(day)
    return None if name is None else not is_free


@cache
def _public_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Empty for a country or region that the package does not know."""
    # Late, as above.
    from holidays import country_holidays

    try:
        return frozenset(country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError:
        return frozenset()
