"""Facts by the handful, and the plain SQL that the day cells must equal."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from kpis import selectors
from kpis.models import Metric
from kpis.services import MeasurementRow
from tests.conftest import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAIN_CELLS = """
SELECT f.metric_id, (f.occurred_at AT TIME ZONE o.time_zone)::date, coalesce(f.team_id, 0),
    coalesce(f.member_id, 0), f.label, sum(f.weight), sum(f.weight * f.value),
    sum(f.weight * f.value * f.value), min(f.value), max(f.value)
FROM kpis_measurement f JOIN kpis_metric m ON m.id = f.metric_id JOIN people_organization o ON o.id = m.organization_id
GROUP BY 1, 2, 3, 4, 5
"""
STORED_CELLS = """
SELECT metric_id, day, team_id, member_id, label, n, total, squares, smallest, largest FROM kpis_daycell WHERE n > 0
"""


def query(sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def run(sql: str, parameters: Any = None) -> int:
    """Run a statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def wrong_cells() -> set[Any]:
    """What differs between the cells and the facts: by one plain GROUP BY, and by `kpi_verify` in every column."""
    return set(query(PLAIN_CELLS)) ^ set(query(STORED_CELLS)) | set(selectors.wrong_cells())


def row(key: str, at: str | datetime, value: float | str | None = 1, **dimensions: Any) -> MeasurementRow:
    """A measurement; a time without offset is Shanghai's."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    when = when if when.tzinfo else when.replace(tzinfo=SHANGHAI)
    return MeasurementRow(key, when, None if value is None else Decimal(str(value)), **dimensions)


@pytest.fixture
def metric(cast: Cast) -> Metric:
    """A metric of the cast's organization."""
    return Metric.objects.create(organization=cast.organization, key="calls", name_en="Calls", unit="count")


@pytest.fixture
def make_metric(cast: Cast) -> Callable[..., Metric]:
    """More metrics of that organization."""

    def make(key: str, **fields: Any) -> Metric:
        return Metric.objects.create(
            organization=cast.organization, key=key, name_en=key, unit="count", **fields
        )

    return make
