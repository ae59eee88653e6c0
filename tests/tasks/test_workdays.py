"""On which days an organization works."""

from datetime import date

import pytest

from common.errors import NotAllowed
from tasks import services as tasks
from tasks.models import SpecialDay
from tasks.workdays import Workdays, workdays_of
from tests.conftest import Cast

CHINA, BAVARIA, WEEK = Workdays("CN"), Workdays("DE", "BY"), Workdays()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-02-14", True),  # a Saturday worked for the Spring Festival
        ("2026-02-17", False),  # Chinese New Year
        ("2026-10-01", False),
        ("2026-10-10", True),  # a Saturday worked for the National Day
        ("2026-10-11", False),
        ("2027-01-01", False),  # not yet published: the statutory day all the same
    ],
)
def test_china_rests_and_works_as_the_state_council_says(day: str, expected: bool) -> None:
    assert CHINA.is_working(date.fromisoformat(day)) is expected


def test_the_turn_of_the_year_is_walked_over() -> None:
    assert CHINA.add(date(2025, 12, 31), 1) == date(2026, 1, 4)  # a Sunday worked for the New Year
    assert BAVARIA.add(date(2025, 12, 23), 2) == date(2025, 12, 29)
    assert BAVARIA.add(date(2026, 1, 7), -2) == date(2026, 1, 2)
    assert BAVARIA.between(date(2025, 12, 23), date(2026, 1, 2)) == 5  # 24, 29, 30, 31 and 2


def test_a_region_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert not BAVARIA.is_working(epiphany)
    assert Workdays("DE", "BE").is_working(epiphany)


def test_an_unknown_country_or_region_keeps_the_week() -> None:
    assert Workdays("ZZ").is_working(date(2026, 1, 1))
    assert Workdays("DE", "NOPE").is_working(date(2026, 1, 6))


def test_special_days_come_before_every_calendar() -> None:
    special = Workdays("CN", special={date(2026, 10, 1): True, date(2026, 10, 10): False})
    assert special.is_working(date(2026, 10, 1))
    assert not special.is_working(date(2026, 10, 10))


def test_days_of_rest_are_the_organizations() -> None:
    gulf = Workdays(rest_days=frozenset({5, 6}))
    assert gulf.is_working(date(2026, 11, 22))  # a Sunday
    assert not gulf.is_working(date(2026, 11, 20))


@pytest.mark.parametrize("days", [0, 1, 5, -1, -5])
def test_adding_is_counting_backwards(days: int) -> None:
    start = date(2026, 9, 28)
    end = CHINA.add(start, days)
    first, last = sorted([start, end])
    counted = CHINA.between(first, last) if days > 0 else CHINA.between(end, start)
    assert counted == abs(days) or days < 0


def test_a_calendar_without_working_days_ends() -> None:
    never = Workdays(rest_days=frozenset(range(1, 8)))
    assert never.first_from(date(2026, 1, 1)) > date(2026, 1, 1)


def test_without_settings_the_zone_decides(cast: Cast) -> None:
    assert workdays_of(cast.organization).country == "CN"
    assert workdays_of(cast.other).country == "-"


def test_settings_are_the_organizations_own(cast: Cast) -> None:
    tasks.set_work_calendar(by=cast.ana, country="DE", rest_days=[7], subdivision="BY")
    tasks.set_special_day(by=cast.ana, on=date(2026, 11, 23), is_working=False, name="Move")
    tasks.set_special_day(by=cast.ana, on=date(2026, 11, 23), is_working=False, name="Move")
    days = workdays_of(cast.organization)
    assert (days.country, days.subdivision, days.rest_days) == ("DE", "BY", {7})
    assert not days.is_working(date(2026, 11, 23))
    assert workdays_of(cast.other).is_working(date(2026, 11, 23))


def test_members_do_not_set_the_calendar(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        tasks.set_special_day(by=cast.ben, on=date(2026, 11, 23), is_working=False)
    assert not SpecialDay.objects.exists()
