"""Published days: what changes afterwards leaves what it was, and why; reading as of a moment replays it."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from common.locks import LockSpace, lock_all
from kpis import jobs, services
from kpis.cellsql import Source, cells_of, spans
from kpis.models import Metric, MetricProgress, Publication, Restatement
from tests.conftest import Cast
from tests.kpis.conftest import query, row, run

DAY = date(2026, 5, 1)


def push(cast: Cast, *rows: services.MeasurementRow) -> None:
    services.ingest_measurements(cast.ana, "calls", rows)
    services.recompute_all_dirty()


def as_of(metric: Metric, at: datetime) -> list[tuple[Any, ...]]:
    """Day, label, n and total of what was published at that moment."""
    sql = f"SELECT c.day, c.label, c.n, c.total::int FROM {cells_of(Source.AS_OF)} AS c WHERE c.n > 0 ORDER BY 1, 2"
    return query(sql, {**spans([(metric.pk, None, date(2100, 1, 1))]), "as_of": at})


@pytest.fixture
def published(cast: Cast, metric: Metric) -> datetime:
    """Two facts of a day that was then published."""
    push(cast, row("a", "2026-05-01T10:00", 3), row("b", "2026-05-01T11:00", 4, label="x"))
    assert services.publish_days() == 2
    return timezone.now()


def test_an_unpublished_day_changes_without_a_trace(cast: Cast, metric: Metric) -> None:
    push(cast, row("a", "2026-05-01T10:00", 3))
    push(cast, row("a", "2026-05-01T10:00", 5))
    assert not Restatement.objects.exists()


def test_a_changed_a_new_and_an_emptied_cell_leave_what_they_were_and_why(
    cast: Cast, metric: Metric, published: datetime
) -> None:
    push(
        cast,
        row("a", "2026-05-01T10:00", 5),
        row("b", "2026-05-01T11:00", None),
        row("c", "2026-05-01T12:00", 7, label="y"),
    )
    left = {each.label: each for each in Restatement.objects.all()}
    assert {label: (each.n, each.total, each.new_n, each.new_total) for label, each in left.items()} == {
        "": (1, 3, 1, 5),
        "x": (1, 4, 0, 0),
        "y": (0, 0, 1, 7),
    }
    assert left["y"].reasons == ["added", "changed", "removed"]
    assert left[""].version == MetricProgress.objects.get(metric=metric).newest_version
    assert as_of(metric, published) == [(DAY, "", 1, 3), (DAY, "x", 1, 4)]
    assert as_of(metric, timezone.now()) == [(DAY, "", 1, 5), (DAY, "y", 1, 7)]


def test_every_moment_between_restatements_can_be_read(
    cast: Cast, metric: Metric, published: datetime
) -> None:
    seen = {published: 3}
    for value in (5, 8, 13):
        push(cast, row("a", "2026-05-01T10:00", value))
        seen[timezone.now()] = value
    assert {at: as_of(metric, at)[0][3] for at in seen} == seen


def test_days_after_the_publication_then_and_before_the_first_one_are_not_there(
    cast: Cast, metric: Metric, published: datetime
) -> None:
    push(cast, row("late", timezone.now() - timedelta(hours=1)))
    assert as_of(metric, timezone.now()) == [(DAY, "", 1, 3), (DAY, "x", 1, 4)]
    assert as_of(metric, published - timedelta(days=1)) == []


def test_publishing_twice_publishes_once_and_only_settled_days(cast: Cast, metric: Metric) -> None:
    push(cast, row("a", "2026-05-01T10:00"))
    for _ in range(2):
        jobs.publish()
    assert Publication.objects.count() == 2
    today = timezone.localdate(timezone=cast.organization.zone)
    assert Publication.objects.get(organization=cast.organization).through_on == today - timedelta(days=2)


def test_a_dirty_settled_day_holds_the_publication_back_and_a_dirty_new_one_does_not(
    cast: Cast, metric: Metric
) -> None:
    services.ingest_measurements(cast.ana, "calls", [row("new", timezone.now() - timedelta(hours=1))])
    assert services.publish_days() == 2
    run("DELETE FROM kpis_publication")
    services.ingest_measurements(cast.ana, "calls", [row("old", "2026-05-01T10:00")])
    assert services.publish_days() == 1
    assert not Publication.objects.filter(organization=cast.organization).exists()


@pytest.mark.django_db(transaction=True)
def test_the_publication_waits_for_a_worker_that_is_at_it(cast: Cast, metric: Metric) -> None:
    held, release, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            lock_all(LockSpace.KPI_SHARD, [settings.KPI_SHARDS - 1])
            held.set()
            release.wait(10)
        connection.close()

    def publish() -> None:
        services.publish_days()
        done.set()
        connection.close()

    threads = [threading.Thread(target=work), threading.Thread(target=publish)]
    threads[0].start()
    assert held.wait(10)
    threads[1].start()
    assert not done.wait(0.3)
    release.set()
    assert done.wait(10)
    for thread in threads:
        thread.join()
