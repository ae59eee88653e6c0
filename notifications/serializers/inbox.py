"""The inbox and the preferences in the API."""

from typing import Any

from rest_framework import serializers

from common.api.inputs import StrictInput
from common.api.shaping import RowOutput
from notifications.choices import CHOSEN_RULES, Channel, Rule, Timing
from notifications.models import InboxItem

CHOSEN = [(rule.value, rule.label) for rule in CHOSEN_RULES]


class InboxItemOutput(RowOutput[InboxItem]):
    """A message in the member's inbox. `path` is the page it leads to, below the address of the site."""

    id = serializers.IntegerField()
    rule = serializers.ChoiceField(choices=Rule.choices)
    title = serializers.CharField(allow_blank=True)
    path = serializers.CharField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class ReadCountOutput(serializers.Serializer[Any]):
    """How many messages became read."""

    read = serializers.IntegerField()


class TimingEntry(StrictInput):
    """When the messages of a rule go to a channel."""

    rule = serializers.ChoiceField(choices=CHOSEN)
    channel = serializers.ChoiceField(choices=Channel.choices)
    timing = serializers.ChoiceField(choices=Timing.choices)


class PreferencesInput(StrictInput):
    """What shall change; what is not sent stays. Unknown fields are refused."""

    time_zone = serializers.CharField(
        max_length=64, allow_blank=True, required=False, help_text="Empty: the organization's."
    )
    quiet_from = serializers.TimeField(allow_null=True, required=False)
    quiet_until = serializers.TimeField(allow_null=True, required=False)
    digest_hour = serializers.IntegerField(min_value=0, max_value=23, required=False)
    timings = TimingEntry(many=True, required=False)


class PreferencesOutput(serializers.Serializer[Any]):
    """What the member is told, where and when; every rule and channel with its present timing."""

    time_zone = serializers.CharField(allow_blank=True)
    quiet_from = serializers.TimeField(allow_null=True)
    quiet_until = serializers.TimeField(allow_null=True)
    digest_hour = serializers.IntegerField()
    timings = TimingEntry(many=True)
