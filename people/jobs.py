"""Celery entries of the people app."""

from celery import shared_task

from people import services


@shared_task(name="people.forget_answers")
def forget_answers() -> None:
    """Delete stored API answers whose `Idempotency-Key` is older than two days."""
    services.forget_answers()


@shared_task(name="people.forget_sign_ins")
def forget_sign_ins() -> None:
    """Delete attempts that no longer count, sessions that have expired, and mails that were planned a week ago."""
    services.forget_attempts()
    services.forget_sessions()
    services.forget_mails()
