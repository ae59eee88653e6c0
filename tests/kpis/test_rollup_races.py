"""Writers and workers at the same time: no cell may stay wrong. The broken order is caught by the same race."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from common import queue
from kpis import services
from kpis.cellsql import Source, cells_of, spans
from kpis.models import DirtyRange, Metric
from kpis.services.claims import Claim
from kpis.services.recomputing import recompute_claims
from tests.conftest import Cast
from tests.kpis.conftest import query, row, run, wrong_cells
from tests.kpis.test_rollup import START, change_something

pytestmark = pytest.mark.django_db(transaction=True)

ROLLED_BACK = ("deadlock detected", "kpis_source_key_once", "moved to another partition")


class Crew:
    """Threads with their own connections; the first error of any is raised at the end."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.errors: list[BaseException] = []
        self.threads: list[threading.Thread] = []

    def start(self, work: Callable[..., Any], *arguments: Any) -> None:
        thread = threading.Thread(target=self._run, args=(work, *arguments))
        self.threads.append(thread)
        thread.start()

    def join(self, threads: list[threading.Thread] | None = None) -> None:
        for thread in threads or self.threads:
            thread.join(60)
        if self.errors:
            raise self.errors[0]

    def _run(self, work: Callable[..., Any], *arguments: Any) -> None:
        try:
            work(*arguments)
        except BaseException as error:  # noqa: BLE001 - raised again in `join`
            self.errors.append(error)
        finally:
            connection.close()


def write(cast: Cast, seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    for _ in range(rounds):
        try:
            with transaction.atomic():
                change_something(chance, cast)
                time.sleep(chance.random() / 200)
        except (OperationalError, IntegrityError) as error:
            # Raw bulk statements take no locks in order: PostgreSQL rolls one of two back, which is fine here.
            if not any(sentence in str(error) for sentence in ROLLED_BACK):
                raise


def recompute_rightly() -> None:
    for shard in range(settings.KPI_SHARDS):
        services.recompute_shard(shard)


def recompute_naively() -> None:
    """Read the log, write the cells, then clear the log: what came in between is lost."""
    with suppress(IntegrityError), transaction.atomic():
        claims = [
            Claim(*each)
            for each in query("SELECT metric_id, first_on, last_on, reason, logged_at FROM kpis_dirtyrange")
        ]
        recompute_claims(claims, most=False)
        run("DELETE FROM kpis_dirtyrange WHERE metric_id = ANY(%s)", [[each.metric_id for each in claims]])


def race(cast: Cast, recompute: Callable[[], None], seed: int, rounds: int) -> set[Any]:
    """Three writers and two workers; what is wrong after the workers have had the last word."""
    crew = Crew()

    def work() -> None:
        while not crew.stop.is_set():
            recompute()

    for writer in range(3):
        crew.start(write, cast, seed * 10 + writer, rounds)
    writers = list(crew.threads)
    for _ in range(2):
        crew.start(work)
    try:
        crew.join(writers)
    finally:
        crew.stop.set()
        crew.join()
    recompute()
    return wrong_cells()


def test_no_cell_stays_wrong_with_three_writers_and_two_workers(cast: Cast, metric: Metric) -> None:
    services.make_months(START.date(), START.date())
    Metric.objects.update(keeps_hours=True, keeps_order=True, keeps_percentiles=True)
    for seed in range(2):
        assert not race(cast, recompute_rightly, seed, rounds=60)
        assert not query("SELECT 1 FROM kpis_dirtyrange")


def test_what_a_publication_saw_can_be_read_whatever_writers_and_workers_do_then(
    cast: Cast, metric: Metric
) -> None:
    """The publisher and the workers take the same locks, so that no change falls between the two."""
    services.make_months(START.date(), START.date())
    seen: list[tuple[datetime, int]] = []
    crew = Crew()

    def publish() -> None:
        while not crew.stop.is_set():
            with transaction.atomic():
                services.publish_days()
                found = query("SELECT clock_timestamp(), coalesce(sum(n), 0) FROM kpis_daycell")
                if query("SELECT 1 FROM kpis_publication WHERE organization_id = %s", [cast.organization.pk]):
                    seen.append(found[0])
                    return

    crew.start(publish)
    race(cast, recompute_rightly, 5, rounds=40)
    crew.stop.set()
    crew.join()
    if not seen:
        services.publish_days()
        seen = query("SELECT clock_timestamp(), coalesce(sum(n), 0) FROM kpis_daycell")
    if not query("SELECT 1 FROM kpis_restatement LIMIT 1"):
        race(cast, recompute_rightly, 6, rounds=40)
    asked = {**spans([(metric.pk, None, date(2100, 1, 1))]), "as_of": seen[0][0]}
    assert query(f"SELECT coalesce(sum(n), 0) FROM {cells_of(Source.AS_OF)} AS c", asked) == [(seen[0][1],)]
    assert query("SELECT 1 FROM kpis_restatement LIMIT 1")


@pytest.mark.parametrize(("held", "other"), [("a", "b"), ("b", "a")])
def test_a_slow_worker_does_not_overwrite_what_a_faster_one_knows(
    cast: Cast, metric: Metric, held: str, other: str
) -> None:
    """The slow one has read its facts and waits for one cell, while another fact changes under its other cell."""
    days = {"a": "2026-05-01", "b": "2026-05-02"}
    for value in (1, 2):
        services.ingest_measurements(cast.ana, "calls", [row(key, day, value) for key, day in days.items()])
        if value == 1:
            services.recompute_all_dirty()
    shard = metric.pk % settings.KPI_SHARDS
    slow, others = Crew(), Crew()
    with transaction.atomic():
        run("SELECT FROM kpis_daycell WHERE day = %s FOR UPDATE", [days[held]])
        slow.start(services.recompute_shard, shard)
        while not query("SELECT 1 FROM pg_locks WHERE NOT granted"):
            time.sleep(0.01)
        others.start(services.ingest_measurements, cast.ana, "calls", [row(other, days[other], 3)])
        others.join()
        others.start(services.recompute_shard, shard)
        others.join()
    slow.join()
    services.recompute_all_dirty()
    assert not wrong_cells()


@pytest.mark.parametrize(("logged", "is_left"), [("1 hour", True), ("-1 hour", False)])
def test_a_worker_leaves_what_is_just_being_written_and_goes_on_with_what_waits(
    cast: Cast, metric: Metric, logged: str, is_left: bool
) -> None:
    """A fact is logged while the worker is at its first round; what it leaves, it announces for a second later."""
    services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01", 1)])
    services.recompute_all_dirty()
    services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01", 2)])
    worker = Crew()
    with transaction.atomic():
        run("SELECT FROM kpis_daycell FOR UPDATE")
        worker.start(services.recompute_shard, DirtyRange.shard_of(metric.pk))
        while not query("SELECT 1 FROM pg_locks WHERE NOT granted"):
            time.sleep(0.01)
        writer = Crew()
        writer.start(services.ingest_measurements, cast.ana, "calls", [row("b", "2026-05-02", 3)])
        writer.join()
        run(
            "UPDATE kpis_dirtyrange SET logged_at = now() + %s::interval WHERE first_on = '2026-05-02'",
            [logged],
        )
        # Only what the worker says itself counts, not the writer's hint.
        queue._sent_at.clear()
    worker.join()
    assert DirtyRange.objects.exists() is is_left
    ids = (("shard", DirtyRange.shard_of(metric.pk)),)
    announced = queue.Hint("kpis.recompute_shard", ids, delay_seconds=queue.DELAY_SECONDS)
    assert (announced in queue._sent_at) is is_left
    services.recompute_all_dirty()
    assert not wrong_cells()


def test_the_race_catches_a_worker_that_clears_the_log_last(cast: Cast, metric: Metric) -> None:
    for seed in range(20):
        try:
            if race(cast, recompute_naively, seed, rounds=20):
                return
        except OperationalError:
            run("DELETE FROM kpis_dirtyrange")
    pytest.fail("The race did not see the lost updates of the broken order; it proves nothing.")


def test_senders_of_the_same_keys_at_other_times_wait_for_each_other(cast: Cast, metric: Metric) -> None:
    services.make_months(START.date(), START.date())
    crew = Crew()

    def send(sender: int) -> None:
        for turn in range(15):
            day = f"2026-{1 + (sender + turn) % 4:02}-1{sender}"
            rows = [row(f"k{number}", day, sender) for number in range(30)]
            random.Random(sender * 100 + turn).shuffle(rows)
            services.ingest_measurements(cast.ana, "calls", rows)

    for sender in range(4):
        crew.start(send, sender)
    crew.join()
    assert query("SELECT count(*), count(DISTINCT source_key) FROM kpis_measurement") == [(30, 30)]
    services.recompute_all_dirty()
    assert not wrong_cells()


def test_a_fact_stored_while_the_time_zone_changes_lands_on_its_new_day(cast: Cast, metric: Metric) -> None:
    crew, inserted = Crew(), threading.Event()

    def insert() -> None:
        with transaction.atomic():
            services.ingest_measurements(cast.ana, "calls", [row("a", "2026-05-01T03:00", 1)])
            inserted.set()
            time.sleep(0.3)

    crew.start(insert)
    inserted.wait(10)
    run("UPDATE people_organization SET time_zone = 'America/Havana' WHERE id = %s", [cast.organization.pk])
    crew.join()
    services.recompute_all_dirty()
    assert not wrong_cells()
    assert query("SELECT day::text FROM kpis_daycell WHERE n > 0") == [("2026-04-30",)]
