"""Final days: nobody changes their facts, no worker their cells."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from common.errors import InvalidInput, NotAllowed
from kpis import services
from kpis.errors import DaysAreFinal, DaysArePending
from kpis.models import DayCell, DirtyRange, Metric
from kpis.registry import Fact, FactSource, MetricSpec
from kpis.services.storing import StoredFact, replace_facts
from tests.conftest import Cast
from tests.kpis.conftest import query, row, run, wrong_cells

LIMIT = date(2026, 5, 2)


@pytest.fixture
def frozen(cast: Cast, metric: Metric) -> Metric:
    """Facts of May 1 and 2, of which the first day is final."""
    services.ingest_measurements(
        cast.ana, "calls", [row("a", "2026-05-01T10:00", 3), row("b", "2026-05-02T10:00", 4)]
    )
    services.recompute_all_dirty()
    return services.freeze_before(cast.ana, "calls", LIMIT)


def facts() -> list[tuple[str, int]]:
    return [
        (key, int(value)) for key, value in query("SELECT source_key, value FROM kpis_measurement ORDER BY 1")
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kpis_measurement SET value = 9 WHERE source_key = 'a'",
        "DELETE FROM kpis_measurement WHERE source_key = 'a'",
        "UPDATE kpis_measurement SET occurred_at = '2026-04-30T10:00Z' WHERE source_key = 'b'",
        "INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value)"
        " SELECT metric_id, 'c', '2026-05-01T15:59:59Z', 1 FROM kpis_measurement LIMIT 1",
        "TRUNCATE kpis_measurement",
    ],
)
def test_the_database_refuses_to_change_facts_of_final_days(frozen: Metric, statement: str) -> None:
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        run(statement)
    assert facts() == [("a", 3), ("b", 4)]


def test_the_first_open_day_may_change(frozen: Metric) -> None:
    run("UPDATE kpis_measurement SET occurred_at = '2026-05-01T16:00Z' WHERE source_key = 'b'")
    services.recompute_all_dirty()
    assert not wrong_cells()


def test_a_push_names_the_rows_of_final_days_and_stores_none(cast: Cast, frozen: Metric) -> None:
    rows = [
        row("a", "2026-05-01T10:00", 3),
        row("a2", "2026-05-01T11:00", 1),
        row("new", "2026-05-03T10:00", 1),
    ]
    with pytest.raises(InvalidInput) as refusal:
        services.ingest_measurements(cast.ana, "calls", rows)
    assert list(refusal.value.fields) == ["/measurements/1/occurred_at"]
    for moved in (row("a", "2026-05-03T10:00", 3), row("a", "2026-05-01T10:00", None)):
        with pytest.raises(InvalidInput):
            services.ingest_measurements(cast.ana, "calls", [moved])
    assert facts() == [("a", 3), ("b", 4)]
    assert services.ingest_measurements(cast.ana, "calls", [rows[0], rows[2]]).unchanged == 1


def test_what_slips_past_the_checks_is_refused_in_the_same_words(frozen: Metric) -> None:
    fact = StoredFact(frozen.pk, "c", datetime.fromisoformat("2026-05-01T10:00:00+08:00"), 1, None, None, "")
    with pytest.raises(DaysAreFinal), transaction.atomic():
        replace_facts({}, [fact])


def test_facts_of_our_own_rows_leave_final_days_as_they_are(
    cast: Cast, frozen: Metric, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(day: int) -> datetime:
        return datetime.fromisoformat(f"2026-05-0{day}T10:00:00+08:00")

    now: dict[int, list[Fact]] = {}
    spec = MetricSpec("rows", "Rows", "", "count")
    source = FactSource(
        "thing",
        (spec,),
        lambda _org, ids: {i: now[i] for i in ids if i in now},
        lambda _org: iter(now),
        "home",
    )
    monkeypatch.setitem(services.measurements.sources, "thing", source)
    now.update({1: [Fact("rows", at(1), 1)], 2: [Fact("rows", at(3), 1)], 3: [Fact("rows", at(1), 5)]})
    services.emit_facts("thing", cast.organization.pk, [1, 2, 3])
    services.recompute_all_dirty()
    services.freeze_before(cast.ana, "rows", LIMIT)
    now.update({1: [Fact("rows", at(3), 9)], 2: [Fact("rows", at(1), 9)], 4: [Fact("rows", at(1), 9)]})
    del now[3]
    services.emit_facts("thing", cast.organization.pk, [1, 2, 3, 4])
    assert [each for each in facts() if each[0].startswith("thing")] == [("thing:1", 1), ("thing:3", 5)]
    services.recompute_all_dirty()
    assert not wrong_cells()


def test_final_cells_are_not_recomputed(frozen: Metric) -> None:
    run("UPDATE kpis_daycell SET total = 77 WHERE day = '2026-05-01'")
    run(
        "INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on)"
        " VALUES (%s, kpis_shard(%s), '2026-04-01', '2026-05-05')",
        [frozen.pk, frozen.pk],
    )
    services.recompute_all_dirty()
    assert not DirtyRange.objects.exists()
    assert DayCell.objects.get(day="2026-05-01").total == 77


def test_the_limit_only_moves_forward_and_never_into_the_future(cast: Cast, frozen: Metric) -> None:
    tomorrow = timezone.localdate(timezone=cast.organization.zone) + timedelta(days=1)
    for day in (date(2026, 5, 1), tomorrow):
        with pytest.raises(InvalidInput):
            services.freeze_before(cast.ana, "calls", day)
    with pytest.raises(NotAllowed):
        services.freeze_before(cast.ben, "calls", date(2026, 5, 3))
    frozen.refresh_from_db()
    assert frozen.final_before == LIMIT


def test_days_that_wait_for_a_worker_cannot_become_final(cast: Cast, frozen: Metric) -> None:
    services.ingest_measurements(cast.ana, "calls", [row("c", "2026-05-03T10:00")])
    with pytest.raises(DaysArePending):
        services.freeze_before(cast.ana, "calls", date(2026, 5, 4))
    assert services.freeze_before(cast.ana, "calls", date(2026, 5, 3)).final_before == date(2026, 5, 3)
