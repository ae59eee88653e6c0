"""What the API tells of the event log."""

from rest_framework import serializers

from activity.models import Event
from common.api.shaping import RowOutput
from people.serializers import Person


class EventOutput(RowOutput[Event]):
    """Who did what to which row, when; `actor` is null where opsteam or a customer did."""

    id = serializers.IntegerField()
    verb = serializers.CharField()
    actor = Person(allow_null=True)
    subject_type = serializers.CharField()
    subject_id = serializers.IntegerField()
    facts = serializers.JSONField()
    occurred_at = serializers.DateTimeField()
