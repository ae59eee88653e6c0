"""A worker without a beat: what is committed is seen, judged and watched within seconds, also beside long jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from common.queue import enqueue
from kpis import services
from kpis.choices import Aggregate, Direction, SignalKind, Status, Unit
from kpis.models import DayCell, KpiState, Signal
from tests.conftest import Cast
from tests.harness.house import House, wait_until

pytestmark = [pytest.mark.real_worker, pytest.mark.django_db(transaction=True)]
# The promise is five seconds; a busy machine that runs tests gets as many again.
SOON_SECONDS = 10
LONG_JOBS = ("kpis.judge", "kpis.watch", "kpis.forecast", "kpis.verify")


@pytest.fixture
def steady(cast: Cast) -> Cast:
    """Calls of sixty steady days, on target and judged; a worker has still to hear of it."""
    services.create_metric(cast.ana, key="calls", unit=Unit.COUNT, name_en="Calls")
    services.create_kpi(
        cast.ana,
        key="calls",
        unit=Unit.COUNT,
        direction=Direction.UP,
        definition=services.Definition(Aggregate.SUM, "calls"),
        name_en="Calls",
    )
    services.set_target(
        cast.ana, "calls", starts_on=date(2000, 1, 1), value=Decimal(2_000), near=Decimal(2_000)
    )
    push(cast, {back: 100 + back % 3 for back in range(1, 61)})
    services.recompute_all_dirty()
    services.judge_due()
    services.watch_due()
    assert KpiState.objects.get().status == Status.ON_TARGET
    return cast


def push(cast: Cast, values: dict[int, int]) -> None:
    """Values by how many days ago they were, each in place of the one before."""
    now = timezone.now()
    rows = [
        services.MeasurementRow(f"day:{back}", now - timedelta(days=back), Decimal(value))
        for back, value in values.items()
    ]
    services.ingest_measurements(cast.ana, "calls", rows)


def shown() -> int:
    return int(DayCell.objects.aggregate(total=Sum("total"))["total"] or 0)


@contextmanager
def long_jobs_stuck() -> Iterator[None]:
    """Whoever judges or watches waits in the middle of it until the block ends."""
    KpiState.objects.update(round_version=F("round_version") - 1, seen_version=0, watched_round=0)
    holds, may_end = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(KpiState.objects.select_for_update())
            holds.set()
            may_end.wait(60)
        connection.close()

    thread = Thread(target=hold)
    thread.start()
    assert holds.wait(20)
    for job in LONG_JOBS:
        for _twin in range(2):
            enqueue(job)
    try:
        yield
    finally:
        may_end.set()
        thread.join()


def test_cells_status_and_signals_follow_a_commit_without_a_sweep(steady: Cast, house: House) -> None:
    house.start_worker()
    house.wait_for_workers(1)
    with long_jobs_stuck():
        wait_until(is_judging, 30, "a long job runs")
        before = shown()
        push(steady, {0: 500})
        wait_until(lambda: shown() == before + 500, SOON_SECONDS, "the fact of today is in the cells")
    push(steady, dict.fromkeys(range(1, 29), 1))
    is_off = KpiState.objects.filter(status=Status.OFF_TARGET)
    wait_until(is_off.exists, SOON_SECONDS, "the status has changed")
    opened = Signal.objects.filter(kind=SignalKind.TARGET)
    wait_until(opened.exists, SOON_SECONDS, "a signal is open")


def is_judging() -> bool:
    """Whether a session waits for a lock, as the long job does whose rows are held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
