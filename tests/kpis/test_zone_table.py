"""Which moments are a local day: every IANA zone, every change of its clock in ten years, by Python's own zone data."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from kpis.cellsql.facts import BY_ORGANIZATION, days_asked, facts_of
from kpis.models import Metric
from people.models import Organization
from people.services import edit_organization
from people.services.teams import ABBREVIATIONS
from tests.conftest import Cast
from tests.kpis.conftest import query, run

ORDINARY = [datetime(2019, 2, 3, 4, 5, tzinfo=UTC)]
FIRST, LAST = datetime(2015, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
# No zone changes its clock and changes it back within so few days.
STRIDE = timedelta(days=9)
MICROSECOND, ONE_DAY = timedelta(microseconds=1), timedelta(days=1)
BESIDE = [timedelta(0), MICROSECOND, timedelta(minutes=29), timedelta(hours=1), timedelta(hours=25)]
ASKED = "unnest(%(metrics)s::bigint[], %(days)s::date[], %(days)s::date[]) AS s(metric_id, first_on, last_on)"
# The engine's own FROM clause, over moments instead of facts: the days in which it finds each.
FOUND = f"""
WITH given AS MATERIALIZED (
    SELECT * FROM unnest(%(owners)s::bigint[], %(moments)s::timestamptz[]) AS g(metric_id, occurred_at)
), asked AS MATERIALIZED ({days_asked(ASKED, skip_frozen=True)})
SELECT d.metric_id, f.occurred_at, d.first_on, {BY_ORGANIZATION.day}
FROM {facts_of("asked", BY_ORGANIZATION).replace("kpis_measurement", "given")}
"""


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """Every moment from which on the clock of the zone is another, to the second."""
    at = FIRST
    while at < LAST:
        before, after = at, at + STRIDE
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            while after - before > timedelta(seconds=1):
                middle = before + (after - before) // 2
                is_before = middle.astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset()
                before, after = (middle, after) if is_before else (before, middle)
            yield after.replace(microsecond=0)
        at += STRIDE


def moments_beside(change: datetime, zone: ZoneInfo) -> set[datetime]:
    """On both sides of the change, and of both readings of the midnights around it."""
    found = {change + sign * beside for beside in BESIDE for sign in (-1, 1)}
    for day in days_beside(change, zone):
        for fold in (0, 1):
            midnight = datetime.combine(day, time(0), zone).replace(fold=fold).astimezone(UTC)
            found |= {midnight, midnight - MICROSECOND}
    return found


def days_beside(change: datetime, zone: ZoneInfo) -> list[date]:
    """The local day of the change and those around it, one of which a zone may have left out."""
    local = change.astimezone(zone).date()
    return [local + step * ONE_DAY for step in range(-2, 4)]


def test_every_day_beside_a_clock_change_of_every_zone_has_its_moments_and_no_other(db: None) -> None:
    known = {name for (name,) in query("SELECT name FROM pg_timezone_names")} & available_timezones()
    zones = {name: ZoneInfo(name) for name in sorted(known - ABBREVIATIONS.keys())}
    zone_of = found_metrics(
        [(name, change) for name, zone in zones.items() for change in [*changes(zone), *ORDINARY]]
    )
    moments = {(metric_id, at) for metric_id, each in zone_of.items() for at in moments_beside(*each)}
    asked = {(metric_id, day) for metric_id, each in zone_of.items() for day in days_beside(*each)}
    placed = {(metric_id, at, at.astimezone(zone_of[metric_id][1]).date()) for metric_id, at in moments}
    owners, times = map(list, zip(*moments, strict=True))
    of, days = map(list, zip(*asked, strict=True))
    # The planner knows nothing of the lists, and would compare every moment with every day.
    run("SET LOCAL enable_nestloop TO off")
    found = query(FOUND, {"owners": owners, "moments": times, "metrics": of, "days": days})
    assert len(zones) > 500
    assert len(moments) > 90_000
    assert {row[:3] for row in found} == {each for each in placed if (each[0], each[2]) in asked}
    assert all(asked_on == local for _metric, _at, asked_on, local in found)


def found_metrics(places: list[tuple[str, datetime]]) -> dict[int, tuple[datetime, ZoneInfo]]:
    """A metric for each zone and moment, in an organization of that zone; by id, the moment and the zone."""
    names = sorted({name for name, _at in places})
    founded = Organization.objects.bulk_create(
        Organization(slug=f"zone-{number}", name_en=name, time_zone=name) for number, name in enumerate(names)
    )
    by_name = dict(zip(names, founded, strict=True))
    metrics = Metric.objects.bulk_create(
        Metric(organization=by_name[name], key=f"m{number}", name_en=name, unit="count")
        for number, (name, _at) in enumerate(places)
    )
    return {metric.pk: (at, ZoneInfo(name)) for metric, (name, at) in zip(metrics, places, strict=True)}


@pytest.mark.parametrize("name", ABBREVIATIONS)
def test_what_postgresql_reads_as_an_abbreviation_is_kept_as_a_place_with_the_same_clock(
    cast: Cast, name: str
) -> None:
    edit_organization(by=cast.adam, version=None, time_zone=name)
    cast.organization.refresh_from_db()
    kept, meant = cast.organization.zone, ZoneInfo(name)
    assert cast.organization.time_zone == ABBREVIATIONS[name] != name
    hours = [FIRST + timedelta(hours=step) for step in range(0, 10 * 365 * 24, 5)]
    assert all(at.astimezone(kept).utcoffset() == at.astimezone(meant).utcoffset() for at in hours)
    # Why: in a statement the name is a fixed offset, in the session's setting it is not.
    assert query("SELECT ('2026-07-01T12:00Z'::timestamptz AT TIME ZONE %s)::text", [name]) != query(
        "SELECT ('2026-07-01T12:00Z'::timestamptz AT TIME ZONE %s)::text", [ABBREVIATIONS[name]]
    )
