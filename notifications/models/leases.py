"""What everything that is sent has in common."""

from django.db import models
from django.db.models.functions import Now

from notifications.choices import State


class Leased(models.Model):
    """A row that is sent: it is claimed under a lease, tried several times, and says what came of it.

    The rules are in `notifications/services/leasing.py`.
    """

    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    attempt_id = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
