"""Jobs that take long leave room: however many are asked for, only so many run at once."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from threading import Event as Moment
from threading import Thread

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from common.locks import place_for_long_job
from kpis import jobs, services
from kpis.choices import Unit
from kpis.models import DayCell, DirtyRange, Forecast, KpiState
from kpis.services import MeasurementRow
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other_job() -> Iterator[Callable[[], None]]:
    """Another worker process in the middle of a long job; calling it ends that job."""
    holds, may_end = Moment(), Moment()

    def work() -> None:
        with place_for_long_job() as is_ours:
            assert is_ours
            holds.set()
            may_end.wait(20)
        connection.close()

    thread = Thread(target=work)
    thread.start()
    assert holds.wait(20)

    def end() -> None:
        may_end.set()
        thread.join()

    yield end
    end()


def test_a_long_job_waits_for_its_turn_and_then_does_its_work(
    cast: Cast, other_job: Callable[[], None]
) -> None:
    services.install_library(cast.organization.pk)
    jobs.judge()
    jobs.forecast()
    assert not KpiState.objects.exists()
    assert not Forecast.objects.exists()
    other_job()
    jobs.judge()
    jobs.forecast()
    assert KpiState.objects.exists()
    assert Forecast.objects.exists()


def test_cells_are_recomputed_beside_a_long_job(cast: Cast, other_job: Callable[[], None]) -> None:
    metric = services.create_metric(cast.ana, key="calls", unit=Unit.COUNT, name_en="Calls")
    services.ingest_measurements(cast.ana, "calls", [MeasurementRow("1", timezone.now(), Decimal(1))])
    jobs.recompute_shard(DirtyRange.shard_of(metric.pk))
    assert DayCell.objects.filter(metric=metric, n=1).exists()


def test_so_many_long_jobs_run_at_once_as_the_setting_says(
    settings: LazySettings, other_job: Callable[[], None]
) -> None:
    settings.LONG_JOBS = 2
    with place_for_long_job() as is_ours:
        assert is_ours


def test_a_job_that_fails_gives_its_place_back() -> None:
    with pytest.raises(ZeroDivisionError), place_for_long_job():
        _ = 1 / 0
    free: list[bool] = []

    def ask() -> None:
        with place_for_long_job() as is_ours:
            free.append(is_ours)
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert free == [True]
