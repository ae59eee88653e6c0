"""The dashboard points of a real project: day, week, month, quarter and year equal plain SQL over the raw rows."""

import csv
import gzip
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection

from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Grain, Unit
from kpis.registry import MetricSpec
from kpis.services import MeasurementRow
from tests.conftest import Cast, shared_data
from tests.kpis.conftest import query, wrong_cells

SPAN = (date(2011, 4, 1), date(2012, 4, 30))
BATCH = 10_000
PLAIN = """
SELECT date_trunc(%s, at AT TIME ZONE 'Asia/Shanghai')::date, avg(value), count(*)
FROM raw_points WHERE metric = %s GROUP BY 1 ORDER BY 1
"""


def read_points() -> dict[str, list[MeasurementRow]]:
    """The rows of the file by metric; a metric has at most one point per moment, the last one of the file."""
    points: dict[str, dict[str, MeasurementRow]] = defaultdict(dict)
    with gzip.open(shared_data("c_django_dashboard_points.csv.gz"), "rt") as file:
        for line in csv.DictReader(file):
            at = datetime.fromisoformat(line["timestamp"]).replace(tzinfo=UTC)
            points[line["metric"]][line["timestamp"]] = MeasurementRow(
                line["timestamp"], at, Decimal(line["value"])
            )
    return {metric: list(rows.values()) for metric, rows in points.items()}


def keep_raw(points: dict[str, list[MeasurementRow]]) -> None:
    """The same points in a table of their own, for the plain SQL."""
    lines = (
        f"{metric}\t{row.occurred_at.isoformat()}\t{row.value}\n"
        for metric, rows in points.items()
        for row in rows
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE raw_points (metric text, at timestamptz, value numeric) ON COMMIT DROP"
        )
        cursor.copy_expert("COPY raw_points FROM STDIN", StringIO("".join(lines)))


def test_every_metric_by_every_grain_equals_plain_sql(cast: Cast) -> None:
    points = read_points()
    keep_raw(points)
    assert sum(map(len, points.values())) == 177_745
    services.create_metrics(cast.organization.pk, [MetricSpec(key, key, "", Unit.COUNT) for key in points])
    for metric, rows in points.items():
        for start in range(0, len(rows), BATCH):
            services.import_measurements(cast.organization.pk, metric, rows[start : start + BATCH])
        services.create_kpi(
            cast.ana,
            key=metric,
            unit=Unit.COUNT,
            direction=Direction.DOWN,
            name_en=metric,
            definition=services.Definition(Aggregate.MEAN, metric),
        )
    services.recompute_all_dirty()
    assert not wrong_cells()
    assert len(points) == 11
    for metric in points:
        for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR):
            series = selectors.series(cast.vera, metric, grain, *SPAN)
            shown = [(each.starts_on, each.value, each.n) for each in series.points if each.n]
            plain = [
                (day, pytest.approx(value, abs=Decimal("0.000001")), n)
                for day, value, n in query(PLAIN, [grain, metric])
            ]
            assert shown == plain
