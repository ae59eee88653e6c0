"""Celery entries of the activity app."""

from celery import shared_task

from activity import services


@shared_task(name="activity.tell_followers")
def tell_followers() -> None:
    """Tell every follower what it has not seen; the sweep calls it too."""
    services.tell_followers()
