"""Addresses of other systems that are told what happens, and what was sent to them."""

import json

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.models import Owned, OwnedQuerySet, Versioned
from common.outbound import Failure
from notifications.choices import UNFINISHED, SwitchedOff
from notifications.models.leases import Leased


class WebhookEndpoint(Owned, Versioned):
    """Where events are sent, and which; `owner` decides what they may tell.

    `secret` signs, and `former_secret` too until `former_secret_until`; both are stored encrypted. `busy_until` is
    the lease of whoever sends to it: one message at a time. `paused_until`, `failures` and `failing_since` are about
    tries in a row that failed. What happened before `listens_since` is never told.
    """

    owner = models.ForeignKey("people.Membership", on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(_("address"), max_length=1_000)
    description = models.CharField(_("description"), max_length=200, blank=True)
    event_types = ArrayField(models.CharField(max_length=60), verbose_name=_("events"))
    secret = models.TextField(editable=False)
    former_secret = models.TextField(blank=True, editable=False)
    former_secret_until = models.DateTimeField(null=True, editable=False)
    disabled_at = models.DateTimeField(null=True, editable=False)
    disabled_reason = models.CharField(max_length=12, choices=SwitchedOff, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    paused_until = models.DateTimeField(null=True, editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)
    listens_since = models.DateTimeField(db_default=Now(), editable=False)
    served_at = models.DateTimeField(null=True, editable=False)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(disabled_at__isnull=True, disabled_reason="")
                | Q(disabled_at__isnull=False) & ~Q(disabled_reason=""),
                name="notifications_webhook_off_for_a_reason",
            )
        ]


class WebhookDelivery(Owned, Leased):
    """One event for one address; the row is the pending work, and afterwards the log.

    `body`, `signature` and `signed_at` are those of the last try, which came back with `last_status` or failed with
    `failure` after `duration_ms`.
    """

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey("activity.Event", on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    tried_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    duration_ms = models.PositiveIntegerField(null=True)
    signed_at = models.BigIntegerField(null=True)
    signature = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="notifications_webhook_delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at"],
                condition=Q(state__in=UNFINISHED),
                name="notifications_webhook_unsent",
            ),
            models.Index(F("endpoint"), F("id").desc(), name="notifications_webhook_newest"),
            models.Index(fields=["created_at"], name="notifications_webhook_age"),
        ]

    @property
    def message_id(self) -> str:
        """The value of `webhook-id`: the same for every try and every endpoint."""
        return f"evt_{self.event_id}"

    @property
    def headers(self) -> dict[str, str]:
        """What the last try carried beside its body."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "opsteam-webhooks/1",
            "webhook-id": self.message_id,
            "webhook-timestamp": str(self.signed_at),
            "webhook-signature": self.signature,
        }

    @property
    def readable_body(self) -> str:
        """The body of the last try with line breaks, for people; what was sent has none."""
        return json.dumps(json.loads(self.body), ensure_ascii=False, indent=2) if self.body else ""
