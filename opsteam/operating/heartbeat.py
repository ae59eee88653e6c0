"""Signs of life of workers and beats, as rows: Redis may forget, and a process list is another machine's."""

import logging
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection

from opsteam.schedule import EVERY_SECONDS

logger = logging.getLogger(__name__)

# Hints may run a job many times a second.
AT_MOST_EVERY_SECONDS = 5.0
NOTE = """
INSERT INTO opsteam_jobrun (job, ticked_at, succeeded_at, failed_at, seconds)
VALUES (%(job)s, CASE WHEN %(tick)s THEN now() END, CASE WHEN %(good)s THEN now() END,
    CASE WHEN NOT %(good)s THEN now() END, %(seconds)s)
ON CONFLICT (job) DO UPDATE SET
    ticked_at = coalesce(excluded.ticked_at, opsteam_jobrun.ticked_at),
    succeeded_at = coalesce(excluded.succeeded_at, opsteam_jobrun.succeeded_at),
    failed_at = coalesce(excluded.failed_at, opsteam_jobrun.failed_at),
    seconds = excluded.seconds
"""
AGES = """
SELECT extract(epoch FROM now() - max(greatest(succeeded_at, failed_at)))::float8,
    extract(epoch FROM now() - max(ticked_at))::float8
FROM opsteam_jobrun
"""
_noted_at: dict[tuple[str, bool, bool], float] = {}


@dataclass(frozen=True, slots=True)
class Pulse:
    """Seconds since a worker finished a periodic job, and since a beat started one; None where neither ever was."""

    worker_seconds: float | None
    beat_seconds: float | None

    @property
    def longest_silence_seconds(self) -> float:
        """A few ticks may be late on a busy machine."""
        return 60.0 + 4 * settings.SWEEP_SECONDS

    def words(self) -> dict[str, str]:
        """`ok` or `silent`, for worker and beat."""
        ages = {"worker": self.worker_seconds, "beat": self.beat_seconds}
        return {
            name: "ok" if age is not None and age < self.longest_silence_seconds else "silent"
            for name, age in ages.items()
        }


def note(job: str, *, begun_at: float, has_succeeded: bool, is_tick: bool) -> None:
    """A periodic job has run; never raises, for the job's work is done."""
    if job not in EVERY_SECONDS:
        return
    now = time.monotonic()
    kind = (job, has_succeeded, is_tick)
    if now - _noted_at.get(kind, -AT_MOST_EVERY_SECONDS) < AT_MOST_EVERY_SECONDS:
        return
    _noted_at[kind] = now
    values: dict[str, str | bool | float] = {
        "job": job,
        "tick": is_tick,
        "good": has_succeeded,
        "seconds": max(0.0, time.time() - begun_at),
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, values)
    except DatabaseError as error:
        logger.warning("operating.run_not_noted", extra={"job_run": job, "error": type(error).__name__})


def pulse() -> Pulse:
    """The latest signs of life. One small query."""
    with connection.cursor() as cursor:
        cursor.execute(AGES)
        return Pulse(*cursor.fetchone())
