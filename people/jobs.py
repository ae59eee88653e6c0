"""Celery entries of the people app."""

from celery import shared_task

from people import services


@shared_task(name="people.forget_answers")
def forget_answers() -> None:
    """Delete stored API answers whose `Idempotency-Key` is older than two days."""
    services.forget_answers()
