"""Day cells of every IANA zone over ten years, against Python's own calendar."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from bench.facts import Company, copy_stream, found_company, run
from bench.report import Row, limit
from bench.sizes import Size
from kpis import services
from kpis.choices import Unit
from kpis.models import DayCell, Metric

FIRST_YEAR, LAST_YEAR = 2015, 2024
MICROSECOND = timedelta(microseconds=1)


def rows(size: Size, _data: Path) -> Iterator[Row]:
    """Facts at every local midnight and the moment before it, in every zone (or every n-th of them)."""
    company = found_company("zones")
    known = {name for (name,) in run("SELECT name FROM pg_timezone_names")}
    zones = sorted(known & available_timezones())[:: size.zone_step]
    wrong = sum(_wrong_days(company, name) for name in zones)
    yield limit(f"wrong day cells in {len(zones)} time zones over ten years", wrong, "cells", at_most=0)


def _wrong_days(company: Company, zone_name: str) -> int:
    run(
        "UPDATE people_organization SET time_zone = %(zone)s WHERE id = %(id)s",
        {"zone": zone_name, "id": company.organization.pk},
    )
    metric = Metric.objects.create(
        organization=company.organization, key="zone", name_en="zone", unit=Unit.COUNT
    )
    zone = ZoneInfo(zone_name)
    moments = sorted(set(_moments(zone)))
    lines = "".join(
        f"{metric.pk}\tz:{number}\t{at.isoformat()}\t1\t\\N\t\n" for number, at in enumerate(moments)
    )
    copy_stream(BytesIO(lines.encode()))
    services.recompute_all_dirty()
    expected = Counter(at.astimezone(zone).date() for at in moments)
    stored = dict(DayCell.objects.filter(metric=metric, n__gt=0).values_list("day", "n"))
    run("DELETE FROM kpis_measurement WHERE metric_id = %(id)s", {"id": metric.pk})
    services.recompute_all_dirty()
    metric.delete()
    return sum(expected[day] != stored.get(day, 0) for day in expected.keys() | stored.keys())


def _moments(zone: ZoneInfo) -> Iterator[datetime]:
    """Both readings of each local midnight, and the microsecond before each."""
    day = date(FIRST_YEAR, 1, 1)
    while day <= date(LAST_YEAR, 12, 31):
        for fold in (0, 1):
            midnight = datetime.combine(day, time(0), zone).replace(fold=fold).astimezone(UTC)
            yield midnight
            yield midnight - MICROSECOND
        day += timedelta(days=1)
