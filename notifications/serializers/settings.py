"""Chat channels, reminder rules and the delivery log in the API."""

from rest_framework import serializers

from common.api.inputs import StrictInput
from common.api.shaping import RowOutput
from notifications.choices import POSTABLE, REMINDERS, Channel, ChatKind, Rule, State, Timing
from notifications.models import ChatChannel, Delivery, ReminderRule
from people.choices import Language
from people.serializers import Named, Person

KINDS = [(rule.value, rule.label) for rule in REMINDERS]
POSTED = [(rule.value, rule.label) for rule in POSTABLE]


class RulePatch(StrictInput):
    """What shall change; what is not sent stays. Unknown fields are refused."""

    is_enabled = serializers.BooleanField(required=False)
    lead = serializers.IntegerField(min_value=0, max_value=60, required=False)
    repeat_every = serializers.IntegerField(min_value=0, max_value=60, required=False)
    escalate_after = serializers.IntegerField(min_value=0, max_value=60, allow_null=True, required=False)
    at_hour = serializers.IntegerField(min_value=0, max_value=23, required=False)


class RuleOutput(RowOutput[ReminderRule]):
    """When one kind of reminder goes out. Days are working days; the SLA kinds count hours instead."""

    kind = serializers.ChoiceField(choices=KINDS)
    is_enabled = serializers.BooleanField()
    lead = serializers.IntegerField(help_text="How long before; for a check-in, after how long without one.")
    repeat_every = serializers.IntegerField(help_text="0 is once.")
    escalate_after = serializers.IntegerField(allow_null=True, help_text="After that the lead is told.")
    at_hour = serializers.IntegerField(help_text="In the zone of the organization.")


class RoomPatch(StrictInput):
    """What shall change; a new address replaces the old one and its secret. Unknown fields are refused."""

    name = serializers.CharField(max_length=120, required=False)
    address = serializers.CharField(max_length=1_000, required=False, write_only=True)
    secret = serializers.CharField(max_length=200, allow_blank=True, required=False, write_only=True)
    rules = serializers.ListField(
        child=serializers.ChoiceField(choices=POSTED), max_length=len(POSTED), required=False
    )
    language = serializers.ChoiceField(
        choices=Language.choices, allow_blank=True, required=False, help_text="Empty: the organization's."
    )
    is_enabled = serializers.BooleanField(required=False)


class RoomInput(StrictInput):
    """A new chat channel; `is_own` makes it that of the token's member. Unknown fields are refused."""

    kind = serializers.ChoiceField(choices=ChatKind.choices)
    name = serializers.CharField(max_length=120, allow_blank=True, default="")
    address = serializers.CharField(max_length=1_000, write_only=True, help_text="As the service shows it.")
    secret = serializers.CharField(max_length=200, allow_blank=True, required=False, write_only=True)
    rules = serializers.ListField(
        child=serializers.ChoiceField(choices=POSTED), max_length=len(POSTED), required=False
    )
    language = serializers.ChoiceField(choices=Language.choices, allow_blank=True, required=False)
    is_own = serializers.BooleanField(required=False)


class RoomOutput(RowOutput[ChatChannel]):
    """A chat channel. Its address and secret are never told."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ChatKind.choices)
    name = serializers.CharField()
    owner_id = serializers.IntegerField(allow_null=True, help_text="Null: it is the organization's.")
    rules = serializers.ListField(child=serializers.ChoiceField(choices=POSTED))
    language = serializers.ChoiceField(choices=Language.choices, allow_blank=True)
    is_enabled = serializers.BooleanField()
    disabled_reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class DeliveryOutput(RowOutput[Delivery]):
    """One message to one reader about one thing, and what became of it."""

    id = serializers.IntegerField()
    rule = serializers.ChoiceField(choices=Rule.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    recipient = Person(allow_null=True)
    chat_channel = Named(allow_null=True)
    address = serializers.CharField(allow_blank=True, help_text="Of a reader without membership.")
    subject_type = serializers.CharField()
    subject_id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=State.choices)
    timing = serializers.ChoiceField(choices=Timing.choices)
    attempts = serializers.IntegerField()
    last_error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="The next try, while it is pending.")
    sent_at = serializers.DateTimeField(allow_null=True)
