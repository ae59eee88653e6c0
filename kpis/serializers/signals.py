"""What the API says of signals, and what it takes to decide on them."""

from typing import Any

from rest_framework import serializers

from common.api.inputs import StrictInput
from common.api.shaping import RowOutput
from kpis.choices import SignalEnding, SignalKind, SignalState, SignalTrend
from kpis.models import Signal


class SignalOutput(RowOutput[Signal]):
    """A KPI that left its limits; values are in the unit of the KPI."""

    id = serializers.IntegerField()
    kpi = serializers.CharField(source="kpi.key")
    team_id = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=SignalKind.choices)
    trend = serializers.ChoiceField(choices=SignalTrend.choices)
    is_good = serializers.BooleanField(help_text="Whether the KPI became better.")
    state = serializers.ChoiceField(choices=SignalState.choices)
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    value = serializers.FloatField()
    expected = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    owner_id = serializers.IntegerField(allow_null=True)
    comment = serializers.CharField()
    task_id = serializers.IntegerField(allow_null=True)
    ending = serializers.ChoiceField(choices=SignalEnding.choices, allow_blank=True)
    ending_reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class AcknowledgementInput(StrictInput):
    """What the new owner says. Unknown fields are refused."""

    comment = serializers.CharField(max_length=2_000, allow_blank=True, default="")


class ClosureInput(StrictInput):
    """How the signal ended; a new baseline needs a reason. Unknown fields are refused."""

    ending = serializers.ChoiceField(choices=SignalEnding.choices)
    reason = serializers.CharField(max_length=2_000, allow_blank=True, default="")


def ending_of(given: dict[str, Any]) -> dict[str, Any]:
    """The input in the words of the service."""
    return {"ending": SignalEnding(given["ending"]), "reason": given["reason"]}
