"""Day cells equal one plain recompute from the facts, whatever was done to the facts and however."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from kpis import jobs, services
from kpis.models import DayCell, DirtyRange, Metric
from kpis.services import rollup
from tests.conftest import Cast
from tests.kpis.conftest import query, row, run, wrong_cells

START = datetime(2026, 1, 30, tzinfo=UTC)


class UndoneError(Exception):
    """Rolls a transaction back."""


def random_row(chance: random.Random, cast: Cast) -> services.MeasurementRow:
    return row(
        f"k{chance.randrange(60)}",
        START + timedelta(minutes=chance.randrange(6 * 24 * 60)),
        chance.choice([None, chance.randrange(-50, 50), "0.000001"]),
        team_id=chance.choice([None, cast.support.pk, cast.field.pk]),
        member_id=chance.choice([None, cast.ben.pk]),
        label=chance.choice(["", "x"]),
        weight=chance.choice([1, 1, 5]),
    )


def change_something(chance: random.Random, cast: Cast) -> None:
    """One statement or call of a kind that may change many facts at once."""
    match chance.randrange(6):
        case 0 | 1:
            rows = {each.source_key: each for each in (random_row(chance, cast) for _ in range(20))}
            services.ingest_measurements(cast.ana, "calls", list(rows.values()))
        case 2:
            run(
                "UPDATE kpis_measurement SET value = value + 1 WHERE source_key LIKE %s",
                [f"%{chance.randrange(10)}"],
            )
        case 3:
            run(
                "UPDATE kpis_measurement SET occurred_at = occurred_at + interval '1 day', team_id = NULL"
                " WHERE source_key LIKE %s",
                [f"%{chance.randrange(10)}"],
            )
        case 4:
            run("DELETE FROM kpis_measurement WHERE source_key LIKE %s", [f"%{chance.randrange(10)}"])
        case 5:
            try:
                with transaction.atomic():
                    run(
                        "UPDATE kpis_measurement SET occurred_at = occurred_at - interval '40 days', value = 9"
                    )
                    raise UndoneError
            except UndoneError:
                pass


@pytest.mark.parametrize("seed", range(5))
def test_cells_equal_the_facts_after_any_run_of_changes(cast: Cast, metric: Metric, seed: int) -> None:
    chance = random.Random(seed)
    services.make_months(START.date(), START.date() + timedelta(days=31))
    for _ in range(40):
        change_something(chance, cast)
        if chance.random() < 0.3:
            services.recompute_all_dirty()
    services.recompute_all_dirty()
    assert not wrong_cells()
    assert query("SELECT count(*) FROM kpis_daycell WHERE n > 0")[0][0] > 0


def test_a_rollback_leaves_no_dirty_day(cast: Cast, metric: Metric) -> None:
    with transaction.atomic():
        services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01T10:00")])
        assert DirtyRange.objects.exists()
        transaction.set_rollback(True)
    assert not DirtyRange.objects.exists()


def test_a_statement_logs_consecutive_days_as_one_range_and_many_gaps_as_one(
    cast: Cast, metric: Metric
) -> None:
    insert = (
        "INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value)"
        " SELECT %s, day::text, day, 1 FROM generate_series(%s::timestamptz, %s, %s::interval) AS day"
    )
    run(insert, [metric.pk, "2025-01-01T12:00Z", "2025-12-31T12:00Z", "1 day"])
    assert DirtyRange.objects.count() == 1
    assert services.recompute_all_dirty() == 365
    run(insert, [metric.pk, "2000-01-01T12:00Z", "2003-12-31T12:00Z", "2 days"])
    assert DirtyRange.objects.count() == 1
    assert services.recompute_all_dirty() == 731
    assert not wrong_cells()


def test_more_days_than_one_transaction_takes_are_done_in_turns(
    cast: Cast, metric: Metric, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup, "DAYS_AT_ONCE", 3)
    services.ingest_measurements(
        cast.ana, "calls", [row(f"a{day}", f"2026-05-{day:02}T10:00") for day in range(1, 11)]
    )
    assert services.recompute_shard(metric.pk % 8) == 10
    assert not DirtyRange.objects.exists()
    assert not wrong_cells()


def test_a_recompute_without_a_change_keeps_the_version(cast: Cast, metric: Metric) -> None:
    services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01T10:00")])
    services.recompute_all_dirty()
    before = DayCell.objects.get().version
    run("UPDATE kpis_measurement SET value = value")
    assert DirtyRange.objects.exists()
    assert services.recompute_all_dirty() == 0
    assert DayCell.objects.get().version == before


def test_recomputing_twice_changes_nothing(cast: Cast, metric: Metric) -> None:
    services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01T10:00")])
    assert services.recompute_shard(metric.pk % 8) == 1
    assert services.recompute_shard(metric.pk % 8) == 0


def test_truncating_the_facts_empties_the_cells(cast: Cast, metric: Metric) -> None:
    services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01T10:00")])
    services.recompute_all_dirty()
    run("TRUNCATE kpis_measurement")
    services.recompute_all_dirty()
    assert query("SELECT n FROM kpis_daycell") == [(0,)]
    assert services.ingest_measurements(cast.ana, "calls", [row("a", "2026-06-01T10:00")]).stored == 1


def test_a_deleted_metric_takes_its_facts_and_cells_along(cast: Cast, metric: Metric) -> None:
    services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01T10:00")])
    metric.delete()
    assert query("SELECT (SELECT count(*) FROM kpis_measurement), (SELECT count(*) FROM kpis_sourcekey)") == [
        (0, 0)
    ]
    services.recompute_all_dirty()
    assert not DayCell.objects.exists()


def test_only_metrics_of_scores_count_scores(cast: Cast, make_metric) -> None:
    for key, is_ordinal in (("calls", False), ("marks", True)):
        make_metric(key, is_ordinal=is_ordinal)
        services.ingest_measurements(cast.ana, key, [row(f"{i}", "2026-05-01", i % 3) for i in range(4)])
    services.recompute_all_dirty()
    counts = dict(DayCell.objects.values_list("metric__key", "score_counts"))
    assert counts == {"calls": None, "marks": [2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]}


def test_the_sweep_finds_only_settled_work_and_tells_a_worker(cast: Cast, metric: Metric) -> None:
    services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01T10:00")])
    connection.run_on_commit.clear()
    assert services.sweep_dirty() == 0
    assert not connection.run_on_commit
    run("UPDATE kpis_dirtyrange SET logged_at = logged_at - interval '2 seconds'")
    assert services.sweep_dirty() == 1
    assert [(each[1].job, each[1].ids) for each in connection.run_on_commit] == [
        ("kpis.recompute_shard", (("shard", metric.pk % 8),))
    ]


def test_sweeping_twice_tells_a_worker_once_and_leaves_the_work_where_it_is(
    cast: Cast, metric: Metric
) -> None:
    services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01T10:00")])
    run("UPDATE kpis_dirtyrange SET logged_at = logged_at - interval '2 seconds'")
    connection.run_on_commit.clear()
    jobs.sweep_dirty()
    jobs.sweep_dirty()
    assert [each[1].job for each in connection.run_on_commit] == ["kpis.recompute_shard"]
    assert DirtyRange.objects.count() == 1
    services.recompute_all_dirty()
    assert not wrong_cells()
