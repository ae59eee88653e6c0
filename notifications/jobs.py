"""Celery entries of the notifications app. Each may run twice, late, or at the same time as its twin."""

from celery import shared_task

from notifications import services
from notifications.services import webhooks


@shared_task(name="notifications.plan")
def plan() -> None:
    """Write down every reminder and alarm that is due and not written down yet."""
    services.plan_reminders()
    services.plan_alarms()


@shared_task(name="notifications.plan_account_mail")
def plan_account_mail() -> None:
    """Give every mail about an account that was asked for its delivery; exactly once."""
    services.plan_account_mail()


@shared_task(name="notifications.send_due")
def send_due() -> None:
    """Mail what is due; at least once, with the same Message-ID if twice."""
    services.send_due()


@shared_task(name="notifications.fill_inboxes")
def fill_inboxes() -> None:
    """Put what is due into people's inboxes; exactly once."""
    services.fill_inboxes()


@shared_task(name="notifications.send_chat")
def send_chat() -> None:
    """Post what is due to chat rooms; at least once."""
    services.send_chat()


@shared_task(name="notifications.send_webhooks")
def send_webhooks() -> None:
    """Send what is due to other systems; at least once, with the same id if twice."""
    webhooks.send_webhooks()
