"""Months are made ahead; facts of other months are kept and moved, and no writer ever waits for that in vain."""

import threading
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.locks import LockSpace
from kpis import services
from kpis.models import DirtyRange, Metric
from kpis.services.partitions import months_in_rest
from tests.conftest import Cast
from tests.kpis.conftest import query, row, run, wrong_cells
from tests.kpis.test_rollup_races import Crew


def partitions_of_facts() -> list[tuple[str, str]]:
    return query("SELECT source_key, tableoid::regclass::text FROM kpis_measurement ORDER BY 1")


def test_the_months_ahead_exist_after_a_sweep(db: None) -> None:
    services.sweep_dirty()
    names = {
        name
        for (name,) in query(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'kpis_measurement'::regclass"
        )
    }
    first = timezone.now().date().replace(day=1)
    for _ in range(4):
        assert f"kpis_measurement_{first:%Y%m}" in names
        first = (first + timedelta(days=31)).replace(day=1)


def test_facts_of_a_month_without_a_partition_are_moved_by_the_sweep_and_stay_right(
    cast: Cast, metric: Metric
) -> None:
    services.ingest_measurements(
        cast.ana, "calls", [row("a", "2019-01-31T23:59:59+00:00"), row("b", "2019-02-01T00:00+00:00", 2)]
    )
    services.recompute_all_dirty()
    assert months_in_rest() == [date(2019, 1, 1), date(2019, 2, 1)]
    assert services.tidy_partitions() == 2
    assert months_in_rest() == []
    assert partitions_of_facts() == [("a", "kpis_measurement_201901"), ("b", "kpis_measurement_201902")]
    assert not DirtyRange.objects.exists()
    services.ingest_measurements(cast.ana, "calls", [row("a", "2019-02-05T00:00+00:00", 7)])
    services.recompute_all_dirty()
    assert not wrong_cells()
    assert services.make_months(date(2019, 1, 1), date(2019, 2, 28)) == 0


def test_a_moved_month_keeps_its_key_and_its_foreign_keys(cast: Cast, metric: Metric) -> None:
    services.make_months(date(2019, 1, 1), date(2019, 1, 1))
    constraints = query(
        "SELECT contype::text, count(*) FROM pg_constraint WHERE conrelid = 'kpis_measurement_201901'::regclass"
        " AND contype IN ('p', 'f', 'c') GROUP BY 1 ORDER BY 1"
    )
    assert constraints == [("c", 3), ("f", 3), ("p", 1)]
    assert query("SELECT count(*) FROM pg_index WHERE indrelid = 'kpis_measurement_201901'::regclass") == [
        (2,)
    ]


@pytest.mark.django_db(transaction=True)
def test_a_busy_month_is_left_to_the_next_sweep_and_the_writer_goes_on(cast: Cast, metric: Metric) -> None:
    crew, written, swept = Crew(), threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            services.ingest_measurements(cast.ana, "calls", [row("a", "2018-01-31T12:00")])
            written.set()
            assert swept.wait(20)
            services.ingest_measurements(cast.ana, "calls", [row("a", "2018-02-01T12:00")])

    crew.start(write)
    assert written.wait(20)
    assert services.make_months(date(2018, 1, 1), date(2018, 1, 1)) == 0
    assert not query("SELECT to_regclass('kpis_measurement_201801')")[0][0]
    swept.set()
    crew.join()
    try:
        assert services.make_months(date(2018, 1, 1), date(2018, 2, 1)) == 1
        assert partitions_of_facts() == [("a", "kpis_measurement_201802")]
    finally:
        run("DROP TABLE kpis_measurement_201801, kpis_measurement_201802")


def test_the_database_and_the_settings_agree_on_shards_and_locks(db: None) -> None:
    assert query("SELECT kpis_shard(id) FROM generate_series(1, 40) AS id") == [
        (number % settings.KPI_SHARDS,) for number in range(1, 41)
    ]
    body = query("SELECT prosrc FROM pg_proc WHERE proname = 'kpis_log_inserted'")[0][0]
    assert f"pg_advisory_xact_lock_shared({LockSpace.CALENDAR:d}," in body
