"""What the feedback API takes and gives."""

from typing import Any

from rest_framework import serializers

from common.api.inputs import StrictInput
from feedback.choices import Channel, Kind, Status
from feedback.models import FeedbackItem, Reply
from feedback.services import TEXT_LIMIT

LARGEST_ID = 2**63 - 1


class ItemFields(StrictInput):
    """What both a new item and a change may hold."""

    subject = serializers.CharField(max_length=300)
    body = serializers.CharField(max_length=TEXT_LIMIT, allow_blank=True, required=False)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    customer_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    customer_name = serializers.CharField(
        max_length=200,
        allow_blank=True,
        required=False,
        help_text="Instead of customer_id: the customer of exactly this name, created where unknown.",
    )
    theme_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    theme_name = serializers.CharField(
        max_length=60,
        allow_blank=True,
        required=False,
        help_text="Instead of theme_id: the theme of exactly this key or name, created where unknown.",
    )
    team_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    assignee_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)


class ItemInput(ItemFields):
    """A new item."""

    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.API)
    opened_at = serializers.DateTimeField(
        required=False, help_text="When the customer said it; now unless told."
    )


class ItemPatch(ItemFields):
    """What may change in an item; only what is sent changes."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)


class ReplyInput(StrictInput):
    """An answer to the customer."""

    body = serializers.CharField(max_length=TEXT_LIMIT)
    resolve = serializers.BooleanField(default=False)


class FeedbackNamed(serializers.Serializer[Any]):
    """A linked row: its id and its name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class FeedbackTheme(FeedbackNamed):
    """A theme; `key` is the label of its measurements."""

    key = serializers.CharField()


class FeedbackPerson(serializers.Serializer[Any]):
    """A member: the membership's id and the person's name."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="user.name")


class ReplyOutput(serializers.Serializer[Reply]):
    """An answer to the customer; `by` is null where it was imported."""

    id = serializers.IntegerField()
    body = serializers.CharField()
    at = serializers.DateTimeField()
    by = FeedbackPerson(allow_null=True)


class ItemOutput(serializers.Serializer[FeedbackItem]):
    """An item as the API gives it. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    subject = serializers.CharField()
    body = serializers.CharField()
    customer = FeedbackNamed(allow_null=True)
    theme = FeedbackTheme(allow_null=True)
    team = FeedbackNamed(allow_null=True)
    assignee = FeedbackPerson(allow_null=True)
    opened_at = serializers.DateTimeField()
    reply_due_at = serializers.DateTimeField(allow_null=True)
    first_replied_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment] # a field of that name
    external_id = serializers.CharField()
