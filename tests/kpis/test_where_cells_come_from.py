"""Four sources of the same rows: stored, strict, from facts alone; as of a moment is in test_publication.py."""

from datetime import date, timedelta
from typing import Any

import pytest

from kpis import services
from kpis.cellsql import COLUMNS, Source, cells_of, spans
from kpis.models import Metric
from tests.conftest import Cast
from tests.kpis.conftest import query, row, run
from tests.kpis.test_cell_state import NOON, keep

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 20)


def found(metric: Metric, source: Source, *, hours: bool = False, first_on: date | None = FIRST) -> set[Any]:
    columns = ", ".join(("day", "team_id", "member_id", "label", *(["hour"] if hours else []), *COLUMNS))
    rows = query(
        f"SELECT {columns} FROM {cells_of(source, hours=hours)} AS c"
        " WHERE n > 0 AND metric_id = %(metric)s AND day BETWEEN %(from)s AND %(to)s",
        {
            **spans([(metric.pk, first_on, LAST)]),
            "metric": metric.pk,
            "from": first_on or date.min,
            "to": LAST,
        },
    )
    assert len(rows) == len({repr(each) for each in rows})
    return {repr(each) for each in rows}


@pytest.fixture
def everything(cast: Cast, metric: Metric) -> Metric:
    """A metric that keeps all there is, with facts of 40 days around those asked for."""
    keep(metric, keeps_hours=True, keeps_order=True, keeps_percentiles=True, is_ordinal=True)
    rows = [
        row(f"{i}", NOON + timedelta(hours=13 * i - 200), i % 10, weight=1 + i % 3, label="x" * (i % 2))
        for i in range(80)
    ]
    rows += [
        row(f"many:{i}", NOON + timedelta(seconds=i), i % 10, team_id=cast.support.pk) for i in range(90)
    ]
    services.ingest_measurements(cast.ana, "calls", rows)
    services.recompute_all_dirty()
    return metric


@pytest.mark.parametrize("hours", [False, True])
def test_cells_strict_and_facts_say_the_same_when_nothing_is_dirty(everything: Metric, hours: bool) -> None:
    cells = found(everything, Source.CELLS, hours=hours)
    assert cells
    assert found(everything, Source.STRICT, hours=hours) == cells
    assert found(everything, Source.FACTS, hours=hours) == cells


@pytest.mark.parametrize("hours", [False, True])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Havana"])
def test_a_strict_read_sees_every_committed_fact_and_the_cells_do_not_yet(
    cast: Cast, everything: Metric, zone: str, hours: bool
) -> None:
    run("UPDATE people_organization SET time_zone = %s WHERE id = %s", [zone, cast.organization.pk])
    services.recompute_all_dirty()
    before = found(everything, Source.CELLS, hours=hours)
    run("UPDATE kpis_measurement SET value = 3 WHERE source_key LIKE '%%5'")
    run("DELETE FROM kpis_measurement WHERE source_key LIKE '1%%'")
    services.ingest_measurements(cast.ana, "calls", [row("new", NOON + timedelta(days=3), 1)])
    assert found(everything, Source.CELLS, hours=hours) == before
    strict = found(everything, Source.STRICT, hours=hours)
    assert strict != before
    assert strict == found(everything, Source.FACTS, hours=hours)
    services.recompute_all_dirty()
    assert found(everything, Source.CELLS, hours=hours) == strict


def test_a_span_without_a_beginning_has_all_earlier_days(everything: Metric) -> None:
    whole = found(everything, Source.CELLS, first_on=None)
    assert len(whole) > len(found(everything, Source.CELLS))
    assert found(everything, Source.FACTS, first_on=None) == whole
    assert found(everything, Source.STRICT, first_on=None) == whole
