"""Celery entries of the house itself."""

from celery import shared_task

from opsteam.operating import retention


@shared_task(name="opsteam.forget_old")
def forget_old() -> None:
    """Delete what its retention rule no longer keeps; what is left is taken by the next run."""
    retention.forget_old()
