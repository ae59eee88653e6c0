"""The one way to start background work. A message is only a hint: the row that needs work is committed."""

import logging
import time
from dataclasses import dataclass

from celery import current_app
from django.db import connection, transaction

logger = logging.getLogger(__name__)

SILENCE_SECONDS = 5.0
DELAY_SECONDS = 1.0
# Shorter than the delay by what the clocks of two machines may differ.
QUIET_SECONDS = 0.7


def enqueue(job: str, **ids: int | str) -> None:
    """Send `job` when the present transaction commits, once however often it is asked for; ids only.

    A failed publish is logged and left to the sweep of `opsteam/schedule.py`; it never reaches the caller. An
    unreachable broker costs one caller about a second, then nobody anything for `SILENCE_SECONDS`.
    """
    _send_on_commit(Hint(job, tuple(sorted(ids.items()))))


def enqueue_soon(job: str, **ids: int | str) -> None:
    """As `enqueue`, for work that comes in many small commits: it starts a second later and serves them together.

    While a message is on its way, this process sends no other: the job has not begun and will see this commit too.
    """
    _send_on_commit(Hint(job, tuple(sorted(ids.items())), delay_seconds=DELAY_SECONDS))


def _send_on_commit(hint: "Hint") -> None:
    if any(waiting[1] == hint for waiting in connection.run_on_commit):
        return
    transaction.on_commit(hint, robust=True)


@dataclass(frozen=True, slots=True)
class Hint:
    """A message that may get lost; equal hints of one transaction are one message."""

    job: str
    ids: tuple[tuple[str, int | str], ...]
    delay_seconds: float | None = None

    def __call__(self) -> None:
        """Send it, unless the broker has just failed or the same message is still on its way."""
        now = time.monotonic()
        if self.delay_seconds and now - _sent_at.get(self, -QUIET_SECONDS) < QUIET_SECONDS:
            return
        if not breaker.lets_through():
            return
        try:
            current_app.send_task(self.job, kwargs=dict(self.ids), retry=False, countdown=self.delay_seconds)
        except Exception as error:  # noqa: BLE001 - whatever the broker does, the work is a row and will be swept
            breaker.open()
            logger.warning("queue.publish_failed", extra={"job": self.job, "error": type(error).__name__})
        else:
            breaker.close()
            if self.delay_seconds:
                _sent_at[self] = now


class Breaker:
    """Remembers for this process that the broker failed, so that not every request has to find out."""

    def __init__(self) -> None:
        self._closed_again_at: float | None = None

    def lets_through(self) -> bool:
        """True while the broker works, and for one caller per `SILENCE_SECONDS` while it does not."""
        if self._closed_again_at is None:
            return True
        if time.monotonic() < self._closed_again_at:
            return False
        self.open()
        return True

    def open(self) -> None:
        """Nobody tries for `SILENCE_SECONDS`."""
        self._closed_again_at = time.monotonic() + SILENCE_SECONDS

    def close(self) -> None:
        """Everybody may send."""
        self._closed_again_at = None


breaker = Breaker()
# When this process last sent each delayed message.
_sent_at: dict[Hint, float] = {}
