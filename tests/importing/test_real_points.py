"""177,745 dashboard points of a real project: all stored once, and every KPI of them equals SQL over the raw rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from kpis import services
from kpis.choices import Aggregate, Direction, Grain, Unit
from kpis.models import Measurement, Metric
from kpis.selectors import series
from tests.conftest import Cast, create_cast, shared_data
from tests.importing.conftest import EXAMPLES, Said, raw_table, rows_of, run_import
from tests.kpis.conftest import query, wrong_cells

pytestmark = pytest.mark.django_db

SPAN = (date(2011, 4, 1), date(2012, 4, 30))
GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR)
MICRO = Decimal("0.000001")
METRICS = 11
AGAIN_ONE_OF = 8
OTHER_AGGREGATES = {
    "unreviewed": (Aggregate.MAX, "max(value)"),
    "new-tickets-today": (Aggregate.COUNT, "count(*)"),
    "pull-requests-open": (Aggregate.SUM, "sum(value)"),
}


@dataclass(frozen=True)
class Points:
    """The cast that has imported the file, the file's rows, and what the import said."""

    cast: Cast
    rows: list[dict[str, str]]
    said: Said

    @property
    def metrics(self) -> list[str]:
        """Every metric of the file."""
        return sorted({row["metric"] for row in self.rows})


def load(file: Path) -> Said:
    """The import of the file, as the documentation shows it."""
    return run_import(
        "measurements", file, "--mapping", EXAMPLES / "dashboard-points.yaml", "--batch", "10000"
    )


@pytest.fixture(scope="module")
def points(django_db_setup: None, django_db_blocker: Any) -> Iterator[Points]:
    """The file, imported once for the tests of this module, and taken back after them."""
    file = shared_data("c_django_dashboard_points.csv.gz")
    rows = rows_of(file)
    with django_db_blocker.unblock(), transaction.atomic():
        cast = create_cast()
        said = load(file)
        services.recompute_all_dirty()
        # Else every test would look once more whether all these rows name others that exist.
        connection.check_constraints()
        raw_table("at timestamp, metric text, value numeric", [tuple(row.values()) for row in rows])
        yield Points(cast, rows, said)
        transaction.set_rollback(True)


def create_kpi(points: Points, metric: str, aggregate: Aggregate) -> None:
    services.create_kpi(
        points.cast.ana,
        key=metric,
        unit=Unit.COUNT,
        direction=Direction.DOWN,
        definition=services.Definition(aggregate, metric),
        name_en=metric,
    )


def found(points: Points, metric: str, grain: Grain) -> list[tuple[date, Decimal | None, int]]:
    """The points of the KPI that rest on facts, as a viewer sees them."""
    return [
        (point.starts_on, point.value, point.n)
        for point in series(points.cast.vera, metric, grain, *SPAN).points
        if point.n
    ]


def expected(metric: str, value: str, grain: Grain) -> list[tuple[date, object, int]]:
    """The same from the raw rows, to the last of six places."""
    periods = query(
        f"SELECT date_trunc(%s, at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai')::date, {value}, count(*)"
        " FROM raw WHERE metric = %s GROUP BY 1 ORDER BY 1",
        [grain, metric],
    )
    assert periods
    return [(day, pytest.approx(Decimal(number), abs=MICRO), n) for day, number, n in periods]


def test_every_point_is_stored(points: Points) -> None:
    keys = {(row["metric"], row["timestamp"]) for row in points.rows}
    assert len(points.rows) == 177_745
    assert points.said.rows() == (len(points.rows), len(keys), len(points.rows) - len(keys))
    assert Measurement.objects.count() == len(keys)
    of_metrics = Metric.objects.filter(organization=points.cast.organization)
    assert sorted(of_metrics.values_list("key", flat=True)) == points.metrics
    assert len(points.metrics) == METRICS


def test_the_same_rows_again_change_nothing(points: Points, tmp_path: Path) -> None:
    again = points.rows[::AGAIN_ONE_OF]
    file = tmp_path / "again.csv"
    file.write_text(
        "\n".join(",".join(row) for row in [list(again[0]), *(list(row.values()) for row in again)]), "utf-8"
    )
    newest = Measurement.objects.order_by("-recorded_at").values_list("recorded_at", flat=True)[0]
    assert {row["metric"] for row in again} == set(points.metrics)
    assert load(file).items() == (0, 0, len(again))
    assert not Measurement.objects.filter(recorded_at__gt=newest).exists()


def test_the_cells_equal_the_facts(points: Points) -> None:
    assert not wrong_cells()


def test_every_metric_by_every_grain_equals_plain_sql(points: Points) -> None:
    for metric in points.metrics:
        create_kpi(points, metric, Aggregate.MEAN)
        for grain in GRAINS:
            assert found(points, metric, grain) == expected(metric, "avg(value)", grain), (metric, grain)


@pytest.mark.parametrize("metric", OTHER_AGGREGATES)
def test_other_aggregates_equal_plain_sql(points: Points, metric: str) -> None:
    aggregate, value = OTHER_AGGREGATES[metric]
    create_kpi(points, metric, aggregate)
    for grain in GRAINS:
        assert found(points, metric, grain) == expected(metric, value, grain), grain
