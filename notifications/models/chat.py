"""Rooms of chat services that messages are posted to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Owned, OwnedQuerySet
from notifications.choices import ChatKind, Rule
from people.choices import Language


class ChatChannel(Owned):
    """A chat room: the organization's, told what `rules` names; or one person's own, told what they chose.

    `parts` are what the service gave (tokens, signing secret), as encrypted JSON; `disabled_reason` says why nothing
    is posted any more.
    """

    kind = models.CharField(_("service"), max_length=10, choices=ChatKind)
    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(
        "people.Membership", on_delete=models.CASCADE, null=True, blank=True, related_name="chat_channels"
    )
    parts = models.TextField()
    rules = ArrayField(models.CharField(max_length=60, choices=Rule), default=list, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language, blank=True)
    is_enabled = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(owner__isnull=False),
                name="notifications_chat_channel_once_per_person",
            )
        ]
