"""Celery entries of the notifications app. Both may run twice, late, or at the same time as their twin."""

from celery import shared_task

from notifications import services


@shared_task(name="notifications.plan")
def plan() -> None:
    """Write down every reminder that is due and not written down yet."""
    services.plan_review_reminders()


@shared_task(name="notifications.send_due")
def send_due() -> None:
    """Send what is due; at least once, with the same Message-ID if twice."""
    services.send_due()
