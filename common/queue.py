"""The one way to start background work. A message is only a hint: the row that needs work is committed."""

import logging
import time
from dataclasses import dataclass

from celery import current_app
from django.db import connection, transaction

logger = logging.getLogger(__name__)

SILENCE_SECONDS = 5.0


def enqueue(job: str, **ids: int | str) -> None:
    """Send `job` when the present transaction commits, once however often it is asked for; ids only.

    A failed publish is logged and left to the sweep of `opsteam/schedule.py`; it never reaches the caller. An
    unreachable broker costs one caller about a second, then nobody anything for `SILENCE_SECONDS`.
    """
    hint = Hint(job, tuple(sorted(ids.items())))
    if any(waiting[1] == hint for waiting in connection.run_on_commit):
        return
    transaction.on_commit(hint, robust=True)


@dataclass(frozen=True, slots=True)
class Hint:
    """A message that may get lost; equal hints of one transaction are one message."""

    job: str
    ids: tuple[tuple[str, int | str], ...]

    def __call__(self) -> None:
        """Send it, unless the broker has just failed."""
        if not breaker.lets_through():
            return
        try:
            current_app.send_task(self.job, kwargs=dict(self.ids), retry=False)
        except Exception as error:  # noqa: BLE001 - whatever the broker does, the work is a row and will be swept
            breaker.open()
            logger.warning("queue.publish_failed", extra={"job": self.job, "error": type(error).__name__})
        else:
            breaker.close()


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
