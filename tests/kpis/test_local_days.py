"""A fact belongs to the local day of its organization, on the days of a clock change too."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kpis import services
from kpis.models import DayCell, DirtyRange, Metric
from people.models import Organization
from tests.conftest import Cast
from tests.kpis.conftest import query, row, run, wrong_cells

CLOCK_CHANGES = [
    ("America/Havana", "2023-03-12"),
    ("America/Havana", "2023-11-05"),
    ("Asia/Amman", "2021-03-26"),
    ("Asia/Gaza", "2019-03-30"),
    ("Atlantic/Azores", "2023-03-26"),
    ("Atlantic/Azores", "2023-10-29"),
    ("Australia/Lord_Howe", "2023-10-01"),
    ("Australia/Lord_Howe", "2023-04-02"),
    ("Pacific/Apia", "2011-12-30"),
    ("Asia/Kathmandu", "2023-01-01"),
    ("Pacific/Kiritimati", "2023-12-31"),
    ("Europe/Berlin", "2023-03-26"),
]


@pytest.mark.parametrize(("zone", "day"), CLOCK_CHANGES)
def test_days_of_a_clock_change_hold_exactly_their_facts(
    cast: Cast, metric: Metric, zone: str, day: str
) -> None:
    Organization.objects.filter(pk=cast.organization.pk).update(time_zone=zone)
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=2)
    moments = [start + timedelta(minutes=15 * step) for step in range(4 * 24 * 5)]
    services.ingest_measurements(cast.ana, "calls", [row(at.isoformat(), at) for at in moments])
    services.recompute_all_dirty()
    expected = Counter(at.astimezone(ZoneInfo(zone)).date() for at in moments)
    assert dict(DayCell.objects.values_list("day", "n")) == expected


def test_a_new_time_zone_moves_every_fact_to_its_new_day(cast: Cast, metric: Metric) -> None:
    moments = [datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=5 * step) for step in range(200)]
    services.ingest_measurements(cast.ana, "calls", [row(at.isoformat(), at) for at in moments])
    services.recompute_all_dirty()
    old_first = query("SELECT min(day) FROM kpis_daycell")[0][0]
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        run("UPDATE people_organization SET time_zone = %s WHERE id = %s", [zone, cast.organization.pk])
        services.recompute_all_dirty()
        assert not wrong_cells()
    assert old_first == date(2026, 5, 1)
    assert query("SELECT min(day) FROM kpis_daycell WHERE n > 0")[0][0] == date(2026, 4, 30)


def test_days_that_a_new_time_zone_has_not_are_emptied(cast: Cast, metric: Metric) -> None:
    services.ingest_measurements(cast.ana, "calls", [row("a", "2011-12-30T12:00")])
    services.recompute_all_dirty()
    run("UPDATE people_organization SET time_zone = 'Pacific/Apia' WHERE id = %s", [cast.organization.pk])
    services.recompute_all_dirty()
    assert dict(DayCell.objects.values_list("day", "n")) == {date(2011, 12, 30): 0, date(2011, 12, 29): 1}


def test_an_unchanged_time_zone_and_another_organization_make_nothing_dirty(
    cast: Cast, metric: Metric
) -> None:
    services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01T12:00")])
    services.recompute_all_dirty()
    run("UPDATE people_organization SET time_zone = time_zone, name_en = 'New'")
    run("UPDATE people_organization SET time_zone = 'UTC' WHERE id = %s", [cast.other.pk])
    assert not DirtyRange.objects.exists()
