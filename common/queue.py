"""The one way to start background work. A message is only a hint: the row that needs work is already committed."""

import logging

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def enqueue(job: str, **ids: int | str) -> None:
    """Send `job` when the present transaction commits; ids only.

    A failed publish is logged and left to the sweep of `opsteam/schedule.py`; it never reaches the caller.
    """
    transaction.on_commit(lambda: _publish(job, ids), robust=True)


def _publish(job: str, ids: dict[str, int | str]) -> None:
    try:
        current_app.send_task(job, kwargs=ids, retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the broker does, the work is a row and will be swept
        logger.warning("queue.publish_failed", extra={"job": job, "error": type(error).__name__})
