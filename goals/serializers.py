"""What the goals API gives."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from goals.choices import Kind, Pace, Source, Status
from goals.selectors import MeasuredGoal, MeasuredKeyResult


class KeyResultOutput(serializers.Serializer[MeasuredKeyResult]):
    """A key result; `current` and `progress` (0 to 1) are null where nothing was measured."""

    id = serializers.IntegerField(source="key_result.id")
    name = serializers.CharField(source="key_result.name")
    source = serializers.ChoiceField(  # type: ignore[assignment] # a field of that name
        choices=Source.choices, source="key_result.source"
    )
    kpi = serializers.SerializerMethodField()
    unit = serializers.CharField()
    start = serializers.DecimalField(24, 6, source="key_result.start_value")
    target = serializers.DecimalField(24, 6, source="key_result.target_value")
    current = serializers.DecimalField(24, 6, allow_null=True)
    progress = serializers.DecimalField(5, 4, allow_null=True)
    weight = serializers.IntegerField(source="key_result.weight")

    def get_kpi(self, measured: MeasuredKeyResult) -> str | None:
        """The key of the KPI it is measured by."""
        return measured.key_result.kpi.key if measured.key_result.kpi else None


class GoalPerson(serializers.Serializer[Any]):
    """A member: the membership's id and the person's name."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="user.name")


class GoalTeam(serializers.Serializer[Any]):
    """A team: its id and its name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class GoalOutput(serializers.Serializer[MeasuredGoal]):
    """A goal with its progress and pace of today."""

    id = serializers.IntegerField(source="goal.id")
    version = serializers.IntegerField(source="goal.version")
    name = serializers.CharField(source="goal.name")
    description = serializers.CharField(source="goal.description")
    kind = serializers.ChoiceField(choices=Kind.choices, source="goal.kind")
    status = serializers.ChoiceField(choices=Status.choices, source="goal.status")
    owner = GoalPerson(source="goal.owner")
    team = GoalTeam(source="goal.team", allow_null=True)
    parent_id = serializers.IntegerField(source="goal.parent_id", allow_null=True)
    starts_on = serializers.DateField(source="goal.starts_on")
    ends_on = serializers.DateField(source="goal.ends_on")
    next_review_on = serializers.DateField(source="goal.next_review_on", allow_null=True)
    progress = serializers.DecimalField(5, 4, allow_null=True)
    elapsed = serializers.DecimalField(5, 4, min_value=Decimal(0), max_value=Decimal(1))
    pace = serializers.ChoiceField(choices=Pace.choices)
    key_results = KeyResultOutput(many=True)
