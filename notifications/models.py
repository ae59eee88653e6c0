"""Messages that are due to people, each unique by rule, person, channel, subject and period."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from common.models import Owned, OwnedQuerySet
from notifications.choices import Channel, Rule, State


class Delivery(Owned):
    """One message to one person about one thing for one period; the row is the pending work."""

    rule = models.CharField(max_length=60, choices=Rule)
    recipient = models.ForeignKey("people.Membership", on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    period = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    attempt_id = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "recipient", "channel", "subject_type", "subject_id", "period"],
                name="notifications_delivery_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=[State.PENDING, State.SENDING, State.UNCERTAIN]),
                name="notifications_delivery_unsent",
            )
        ]
