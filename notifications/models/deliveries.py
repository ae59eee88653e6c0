"""Messages that are due to people, each unique by rule, reader, channel, subject and period."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from common.models import Owned, OwnedQuerySet
from notifications.choices import REMINDERS, UNFINISHED, Channel, Rule, State, Timing
from notifications.models.leases import Leased


class Delivery(Owned, Leased):
    """One message to one reader about one thing for one period; the row is the pending work.

    The reader is a member, an address of somebody without membership, or a chat room. `wanted_at` is when it should
    go out, `due_at` when it is tried next; `timing` says whether it goes with others, `batch` with which it went.
    """

    rule = models.CharField(max_length=60, choices=Rule)
    recipient = models.ForeignKey(
        "people.Membership", on_delete=models.CASCADE, null=True, related_name="deliveries"
    )
    address = models.EmailField(blank=True)
    chat_channel = models.ForeignKey(
        "notifications.ChatChannel", on_delete=models.CASCADE, null=True, related_name="deliveries"
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    period = models.CharField(max_length=60)
    timing = models.CharField(max_length=10, choices=Timing, default=Timing.AT_ONCE)
    wanted_at = models.DateTimeField(db_default=Now())
    batch = models.UUIDField(null=True)
    message_id = models.CharField(max_length=200)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "rule",
                    "recipient",
                    "address",
                    "chat_channel",
                    "channel",
                    "subject_type",
                    "subject_id",
                    "period",
                ],
                nulls_distinct=False,
                name="notifications_delivery_once",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, address="", chat_channel__isnull=True)
                | Q(~Q(address=""), recipient__isnull=True, chat_channel__isnull=True)
                | Q(recipient__isnull=True, address="", chat_channel__isnull=False),
                name="notifications_delivery_has_one_reader",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=UNFINISHED),
                name="notifications_delivery_unsent",
            ),
            models.Index(
                F("organization"),
                F("id").desc(),
                condition=Q(state__in=[State.DEAD, State.UNCERTAIN]),
                name="notifications_delivery_trouble",
            ),
            models.Index(F("organization"), F("id").desc(), name="notifications_delivery_newest"),
            models.Index(fields=["subject_type", "subject_id"], name="notifications_delivery_subject"),
        ]


class InboxItem(Owned):
    """A message in a person's inbox. `title` names what it is about, `path` is the page it leads to."""

    membership = models.ForeignKey("people.Membership", on_delete=models.CASCADE, related_name="inbox")
    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="inbox_item")
    rule = models.CharField(max_length=60, choices=Rule)
    title = models.CharField(max_length=300)
    path = models.CharField(max_length=300)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["membership"], condition=Q(read_at__isnull=True), name="notifications_inbox_unread"
            ),
            models.Index(F("membership"), F("id").desc(), name="notifications_inbox_newest"),
        ]

    @property
    def can_snooze(self) -> bool:
        """Whether it is a reminder, which comes again."""
        return self.rule in (*REMINDERS, Rule.ESCALATED)
