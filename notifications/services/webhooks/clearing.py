"""The log of webhooks is kept for thirty days."""

from datetime import timedelta

from django.db.models.functions import Now

from notifications.choices import FINISHED
from notifications.models import WebhookDelivery

KEPT_DAYS = 30
BATCH_ROWS = 1_000


def forget_deliveries() -> int:
    """Nothing that came to its end is kept longer than `KEPT_DAYS`; returns how many rows went. In batches."""
    old = WebhookDelivery.objects.filter(
        state__in=FINISHED, created_at__lt=Now() - timedelta(days=KEPT_DAYS)
    ).order_by("created_at")
    gone = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH_ROWS]):
        gone += WebhookDelivery.objects.filter(pk__in=batch).delete()[0]
    return gone
