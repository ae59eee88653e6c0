"""Webhooks and their log in the API."""

from typing import Any

from rest_framework import serializers

from common.api.inputs import StrictInput
from common.api.shaping import RowOutput
from common.outbound import Failure
from notifications.choices import State, SwitchedOff
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.services.webhooks.endpoints import DESCRIPTION_LIMIT


class WebhookInput(StrictInput):
    """A new webhook; with `partial=True`, what shall change. Unknown fields are refused."""

    url = serializers.CharField(max_length=1_000)
    event_types = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=200,
        help_text="Names of events, `noun.*`, or `*` for everything.",
    )
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, allow_blank=True, required=False)


class WebhookOutput(RowOutput[WebhookEndpoint]):
    """A webhook without its secret. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    url = serializers.CharField()
    description = serializers.CharField()
    event_types = serializers.ListField(child=serializers.CharField())
    owner_id = serializers.IntegerField(help_text="The member whose eyes decide what it is told.")
    created_at = serializers.DateTimeField()
    disabled_at = serializers.DateTimeField(allow_null=True)
    disabled_reason = serializers.ChoiceField(choices=SwitchedOff.choices, allow_blank=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    former_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then messages are signed with the secret of before the change too."
    )


class NewWebhookOutput(WebhookOutput):
    """A webhook with its new secret, which is told this once."""

    secret = serializers.CharField()


class WebhookDeliveryOutput(RowOutput[WebhookDelivery]):
    """One event for one webhook, and what came of the last try."""

    id = serializers.IntegerField()
    event_id = serializers.IntegerField()
    message_id = serializers.CharField(help_text="The header webhook-id.")
    type = serializers.CharField(source="verb")
    state = serializers.ChoiceField(choices=State.choices)
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="The next try, while it is pending.")
    tried_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True)
    failure = serializers.ChoiceField(choices=Failure.choices, allow_blank=True)
    duration_ms = serializers.IntegerField(allow_null=True)


class WholeWebhookDeliveryOutput(WebhookDeliveryOutput):
    """One delivery with the request of the last try."""

    headers = serializers.DictField(child=serializers.CharField())
    body = serializers.CharField()


class ReplayInput(StrictInput):
    """From when on. Unknown fields are refused."""

    since = serializers.DateTimeField()


class ReplayOutput(serializers.Serializer[Any]):
    """How many messages are sent again."""

    count = serializers.IntegerField()


class EventTypeOutput(serializers.Serializer[Any]):
    """An event that a webhook can be told."""

    type = serializers.CharField()
    name = serializers.CharField(help_text="In the language of the request.")
