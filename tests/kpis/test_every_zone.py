"""Local days and hours of every IANA zone, around every change of its clock in ten years, by Python's own zone data."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kpis import services
from kpis.models import DayCell, HourCell, Metric
from tests.conftest import Cast
from tests.kpis.conftest import query, run

FIRST, YEARS, SAMPLED = datetime(2011, 1, 1, tzinfo=UTC), 10, 24
# Zones that skip or repeat midnights, whole days, half hours, or shift by odd amounts; always among the sampled.
ODD = [
    "America/Havana",
    "Asia/Amman",
    "Asia/Gaza",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Apia",
    "Asia/Pyongyang",
    "America/Caracas",
    "Africa/Casablanca",
]


def moments_around_changes(zone: ZoneInfo, chance: random.Random) -> list[datetime]:
    """Some moments on both sides of every change of the clock, of midnights beside it, and of ordinary days."""
    found = [FIRST + timedelta(minutes=chance.randrange(YEARS * 525_600)) for _ in range(10)]
    at, step = FIRST, timedelta(days=1)
    for _ in range(YEARS * 365):
        if at.astimezone(zone).utcoffset() != (at + step).astimezone(zone).utcoffset():
            found += [at + timedelta(minutes=15 * quarter) for quarter in range(-4, 5 * 24, 3)]
            found += [
                at + timedelta(minutes=chance.randrange(1440), seconds=chance.randrange(60)) for _ in range(5)
            ]
        at += step
    return found


def struck(at: datetime, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    return at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def test_days_and_hours_of_every_zone_hold_exactly_their_facts(cast: Cast, make_metric) -> None:
    metric = make_metric("calls", keeps_hours=True)
    chance = random.Random(7)
    names = sorted(name for (name,) in query("SELECT name FROM pg_timezone_names") if _is_known(name))
    for name in ODD + chance.sample([name for name in names if name not in ODD], SAMPLED):
        zone = ZoneInfo(name)
        run("UPDATE people_organization SET time_zone = %s WHERE id = %s", [name, cast.organization.pk])
        moments = sorted(set(moments_around_changes(zone, chance)))
        _replace_facts(metric, moments)
        # Range by range, as late facts come in: each day must find its own facts and no other.
        services.recompute_all_dirty()
        days = dict(DayCell.objects.filter(n__gt=0).values_list("day", "n"))
        assert days == Counter(at.astimezone(zone).date() for at in moments), name
        hours = dict(HourCell.objects.filter(n__gt=0).values_list("hour", "n"))
        assert hours == Counter(struck(at, zone) for at in moments), name


def _is_known(name: str) -> bool:
    if "/" not in name or name.startswith(("posix", "Etc")):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _replace_facts(metric: Metric, moments: list[datetime]) -> None:
    run("TRUNCATE kpis_measurement, kpis_daycell, kpis_hourcell, kpis_dirtyrange")
    run(
        "INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value)"
        " SELECT %s, at::text, at, 1 FROM unnest(%s::timestamptz[]) AS at",
        [metric.pk, moments],
    )


def test_a_day_without_its_own_midnight_is_found_by_its_range_alone(cast: Cast, make_metric) -> None:
    metric = make_metric("calls", keeps_hours=True)
    run(
        "UPDATE people_organization SET time_zone = 'Pacific/Kwajalein' WHERE id = %s", [cast.organization.pk]
    )
    zone = ZoneInfo("Pacific/Kwajalein")
    # In 1993 Kwajalein left out August 21; in 1969 it lived September 30 twice.
    starts = [datetime(1993, 8, 19, tzinfo=UTC), datetime(1969, 9, 28, tzinfo=UTC)]
    moments = [start + timedelta(minutes=30 * half) for start in starts for half in range(48 * 5)]
    _replace_facts(metric, moments)
    services.recompute_all_dirty()
    expected = Counter(at.astimezone(zone).date() for at in moments)
    for day in expected | {date(1993, 8, 21): 0}:
        run("UPDATE kpis_daycell SET n = 1, total = 77 WHERE day = %s", [day])
        run(
            "INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on) VALUES (%s, kpis_shard(%s), %s, %s)",
            [metric.pk, metric.pk, day, day],
        )
        services.recompute_all_dirty()
    assert dict(DayCell.objects.filter(n__gt=0).values_list("day", "n")) == expected


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("Pacific/Auckland", "2011-04-03"),
        ("Pacific/Auckland", "2011-09-25"),
        ("Australia/Lord_Howe", "2011-04-03"),
        ("Australia/Lord_Howe", "2011-10-02"),
        ("America/Havana", "2011-11-13"),
        ("Pacific/Apia", "2011-12-30"),
    ],
)
def test_one_day_alone_beside_a_clock_change_has_all_its_facts_and_no_other(
    cast: Cast, make_metric, name: str, change: str
) -> None:
    metric = make_metric("calls")
    run("UPDATE people_organization SET time_zone = %s WHERE id = %s", [name, cast.organization.pk])
    start = datetime.fromisoformat(change).replace(tzinfo=UTC) - timedelta(days=3)
    _replace_facts(metric, [start + timedelta(minutes=20 * third) for third in range(72 * 6)])
    services.recompute_all_dirty()
    before = dict(DayCell.objects.values_list("day", "n"))
    for day in before:
        run(
            "UPDATE kpis_measurement SET value = value + 1 WHERE (occurred_at AT TIME ZONE %s)::date = %s",
            [name, day],
        )
        services.recompute_all_dirty()
    assert {day: (n, total) for day, n, total in DayCell.objects.values_list("day", "n", "total")} == {
        day: (n, 2 * n) for day, n in before.items()
    }
