"""From commit to a visible number: a real worker, a steady stream of facts, and a reader that looks all the time."""

import os
import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db.models import Sum
from redis import Redis

from bench.facts import add_metrics, found_company
from kpis import services
from kpis.models import DayCell
from kpis.services import MeasurementRow
from opsteam.embedded import programs
from people.models import Membership

LOOKS_EVERY_SECONDS = 0.05
START_SECONDS = 60
LATE_SECONDS = 60


def watch(for_seconds: float, facts_a_second: int) -> list[float]:
    """Seconds from commit to visibility, one for each batch of ten facts."""
    company = found_company("watched")
    metric_id = add_metrics(company, "watched", 1)[0]
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "worker.log"
        worker = programs.worker(
            programs.Place(Path(settings.BASE_DIR), {**os.environ, "OPSTEAM_LOG_LEVEL": "INFO"}, log)
        )
        # No worker has run until now: the hints that other parts left would be done before this stream's.
        Redis.from_url(settings.REDIS_URL).flushdb()
        worker.launch()
        try:
            _await_ready(log)
            return _measure(company.manager, metric_id, for_seconds, facts_a_second)
        finally:
            worker.stop()


def _measure(by: Membership, metric_id: int, for_seconds: float, facts_a_second: int) -> list[float]:
    sent = 0
    waiting: list[tuple[int, float]] = []
    delays: list[float] = []
    started = time.monotonic()
    while time.monotonic() - started < for_seconds:
        at = datetime.now(UTC)
        rows = [MeasurementRow(f"w:{sent + number}", at, Decimal(1)) for number in range(10)]
        services.ingest_measurements(by, "watched-0", rows)
        sent += len(rows)
        waiting.append((sent, time.monotonic()))
        next_at = started + sent / facts_a_second
        while time.monotonic() < next_at:
            _notice(metric_id, waiting, delays)
            time.sleep(LOOKS_EVERY_SECONDS)
    deadline = time.monotonic() + LATE_SECONDS
    while waiting and time.monotonic() < deadline:
        _notice(metric_id, waiting, delays)
        time.sleep(LOOKS_EVERY_SECONDS)
    return delays + [float(LATE_SECONDS)] * len(waiting)


def _notice(metric_id: int, waiting: list[tuple[int, float]], delays: list[float]) -> None:
    """Move every batch that the cells now show from `waiting` to `delays`."""
    shown = DayCell.objects.filter(metric_id=metric_id).aggregate(n=Sum("n"))["n"] or 0
    while waiting and waiting[0][0] <= shown:
        delays.append(time.monotonic() - waiting.pop(0)[1])


def _await_ready(log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not log.exists() or "ready." not in log.read_text(errors="replace"):
        if time.monotonic() > deadline:
            raise RuntimeError("The worker of the benchmark did not start.")
        time.sleep(0.1)
