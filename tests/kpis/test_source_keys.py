"""A source key names one fact, whatever its time: sent again it replaces, null retracts."""

import pytest
from django.db import IntegrityError, transaction

from kpis import services
from kpis.models import Metric
from tests.conftest import Cast
from tests.kpis.conftest import query, row, run, wrong_cells


def stored() -> list[tuple[str, int]]:
    return [
        (key, int(value)) for key, value in query("SELECT source_key, value FROM kpis_measurement ORDER BY 1")
    ]


def send(cast: Cast, *rows: services.MeasurementRow) -> services.IngestCounts:
    counts = services.ingest_measurements(cast.ana, "calls", rows)
    services.recompute_all_dirty()
    return counts


def test_a_key_sent_again_replaces_its_fact(cast: Cast, metric: Metric) -> None:
    assert send(cast, row("a", "2026-05-01T10:00", 3), row("b", "2026-05-01T11:00", 4)).stored == 2
    counts = send(cast, row("a", "2026-05-01T10:00", 5), row("b", "2026-05-01T11:00", 4))
    assert (counts.stored, counts.replaced, counts.unchanged) == (0, 1, 1)
    assert stored() == [("a", 5), ("b", 4)]
    assert not wrong_cells()


def test_a_key_moves_to_another_month_and_leaves_its_old_day_empty(cast: Cast, metric: Metric) -> None:
    services.make_months(row("", "2026-04-01").occurred_at.date(), row("", "2026-05-02").occurred_at.date())
    send(cast, row("a", "2026-04-30T10:00", 3))
    before = query("SELECT version FROM kpis_daycell")[0][0]
    assert send(cast, row("a", "2026-05-01T10:00", 3)).replaced == 1
    assert stored() == [("a", 3)]
    assert not wrong_cells()
    emptied = query("SELECT n, version > %s FROM kpis_daycell WHERE day = '2026-04-30'", [before])
    assert emptied == [(0, True)]


def test_null_retracts_and_may_be_sent_twice(cast: Cast, metric: Metric) -> None:
    send(cast, row("a", "2026-05-01T10:00", 3))
    assert send(cast, row("a", "2026-05-01T10:00", None)).retracted == 1
    assert send(cast, row("a", "2026-05-01T10:00", None)).retracted == 0
    assert stored() == []
    assert not wrong_cells()


def test_the_database_refuses_a_second_fact_of_a_key_in_another_month(cast: Cast, metric: Metric) -> None:
    insert = (
        "INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value) VALUES (%s, 'a', %s, 1)"
    )
    run(insert, [metric.pk, "2026-04-30T00:00Z"])
    with pytest.raises(IntegrityError, match="kpis_source_key_once"), transaction.atomic():
        run(insert, [metric.pk, "2026-05-30T00:00Z"])
    run("UPDATE kpis_measurement SET occurred_at = '2026-05-30T00:00Z'")
    with pytest.raises(IntegrityError, match="kpis_source_key_once"), transaction.atomic():
        run(insert, [metric.pk, "2026-04-30T00:00Z"])
