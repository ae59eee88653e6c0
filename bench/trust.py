"""Writers and workers at the same time: what the log costs, how soon a fact is seen, whether cells are right."""

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import psycopg2
from django.conf import settings

from bench.facts import add_metrics, found_company, run
from bench.report import Row, limit, share
from bench.sizes import Size
from kpis import selectors, services
from kpis.models import DayCell, DirtyRange

WRITERS = 8
FACT = "INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value) VALUES (%s, %s, now(), 1)"
TRIGGERS = "ALTER TABLE kpis_measurement {verb} TRIGGER kpis_2_log_inserted"
FACTS_A_SECOND = 100
RACING = ("writer", "writer", "writer", "worker", "worker")


def writer_rows(size: Size, _data: Path) -> Iterator[Row]:
    """Eight writers into one hour of one metric, in transactions of 10 ms, without and with log and worker."""
    metric_id = add_metrics(found_company("hot"), "hot", 1)[0]
    bare, logged = [], []
    for number in range(3):
        run(TRIGGERS.format(verb="DISABLE"))
        bare.append(_transactions(metric_id, f"bare-{number}", size.writing_seconds / 2))
        run(TRIGGERS.format(verb="ENABLE"))
        with _Worker():
            logged.append(_transactions(metric_id, f"logged-{number}", size.writing_seconds / 2))
    rate, baseline = statistics.median(logged), statistics.median(bare)
    yield share("writes of 8 writers into a hot hour, with the roll-up on", rate, "tx/s", baseline, 0.95)
    run("DELETE FROM kpis_measurement WHERE metric_id = %(id)s", {"id": metric_id})
    services.recompute_all_dirty()


def _transactions(metric_id: int, name: str, for_seconds: float) -> float:
    """Commits per second of all writers together."""
    until = time.monotonic() + for_seconds
    done = [0] * WRITERS

    def write(number: int) -> None:
        database = psycopg2.connect(os.environ["DATABASE_URL"])
        while time.monotonic() < until:
            with database, database.cursor() as cursor:
                cursor.execute(FACT, [metric_id, f"{name}-{number}-{done[number]}"])
                cursor.execute("SELECT pg_sleep(0.01)")
            done[number] += 1
        database.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / for_seconds


class _Worker:
    """A process that rolls up once a second, as workers do: `enqueue_soon` holds hints back for that long.

    It is running when the block begins: a real worker does not load Django while people write.
    """

    PROGRAM = """
import django, time
django.setup()
from kpis import services
from kpis.models import DirtyRange
services.recompute_all_dirty()
print("ready", flush=True)
while True:
    time.sleep(1)
    for shard in DirtyRange.objects.values_list("shard", flat=True).distinct():
        services.recompute_shard(shard)
"""

    def __init__(self) -> None:
        self.process: Popen[bytes] | None = None

    def __enter__(self) -> "_Worker":
        self.process = Popen([sys.executable, "-W", "ignore", "-c", self.PROGRAM], stdout=PIPE)
        assert self.process.stdout is not None
        if self.process.stdout.readline().strip() != b"ready":
            raise RuntimeError("The worker of the benchmark failed.")
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.communicate()


def visible_rows(size: Size, _data: Path) -> Iterator[Row]:
    """A real Celery worker, 100 facts a second through the service, and how soon each second's are in a cell."""
    from bench.watching import watch

    delays = watch(size.watched_seconds, FACTS_A_SECOND)
    slowest = statistics.quantiles(delays, n=20)[-1] if len(delays) > 1 else delays[0]
    yield limit("commit → number visible, p95 at 100 facts/s", slowest, "s", at_most=5)
    yield limit("commit → number visible, median", statistics.median(delays), "s")


def race_rows(size: Size, _data: Path) -> Iterator[Row]:
    """Random inserts, updates, moves, deletes and rollbacks by three processes, two workers killed all the time."""
    company = found_company("race")
    metric_ids = add_metrics(company, "race", 6)
    each = size.random_operations // 3
    started = time.monotonic()
    children = [_race(role, number, each, metric_ids) for number, role in enumerate(RACING)]
    kills = 0
    while any(child.poll() is None for child in children[:3]):
        time.sleep(1.5)
        number = 3 + kills % 2
        children[number].send_signal(signal.SIGKILL)
        children[number].wait()
        children[number] = _race("worker", number, each, metric_ids)
        kills += 1
    for child in children[3:]:
        child.kill()
        child.wait()
    if any(child.returncode != 0 for child in children[:3]):
        raise RuntimeError("A writer of the race failed.")
    services.recompute_all_dirty()
    wrong = len(list(selectors.wrong_cells(company.organization.pk)))
    held = DirtyRange.objects.count() + DayCell.objects.filter(metric__in=metric_ids).count()
    what = f"cells wrong after {3 * each:,} random operations, workers killed {kills} times"
    yield limit(what, wrong, "cells", at_most=0)
    yield limit("cells that the race made", held, "cells", at_least=1)
    yield limit("operations per second in the race", 3 * each / (time.monotonic() - started), "1/s")


def _race(role: str, number: int, operations: int, metric_ids: list[int]) -> Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "bench.racing",
            role,
            str(number),
            str(operations),
            ",".join(map(str, metric_ids)),
        ],
        env=dict(os.environ),
        cwd=settings.BASE_DIR,
    )
