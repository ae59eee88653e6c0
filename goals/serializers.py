"""What the goals API takes and gives."""

from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers

from common.api.inputs import StrictInput
from common.api.shaping import Expansion, RowOutput
from goals.choices import Confidence, Kind, Pace, Source, Status
from goals.models import CheckIn
from goals.selectors import MeasuredGoal, MeasuredKeyResult
from goals.services import KeyResultInput
from goals.services.reviewing import NOTE_LIMIT
from people.choices import Scope
from people.selectors import NO_SUCH_ROW
from people.serializers import LARGEST_ID, MemberOutput, Named, Person, TeamOutput

DESCRIPTION_LIMIT = 20_000
MOST_KEY_RESULTS = 20
VALUE: dict[str, Any] = {"max_digits": 24, "decimal_places": 6}


class KeyResultOutput(serializers.Serializer[MeasuredKeyResult]):
    """A key result; `current` and `progress` (0 to 1) are null where nothing was measured."""

    id = serializers.IntegerField(source="key_result.id")
    name = serializers.CharField(source="key_result.name")
    name_en = serializers.CharField(source="key_result.name_en")
    name_zh = serializers.CharField(source="key_result.name_zh")
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


class CheckInOutput(RowOutput[CheckIn]):
    """A check-in: progress at that moment, 0 to 1, confidence and a note."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = Person()
    progress = serializers.DecimalField(5, 4, allow_null=True)
    confidence = serializers.ChoiceField(choices=Confidence.choices)
    note = serializers.CharField()


class GoalParent(Named):
    """The goal that a goal serves."""

    status = serializers.ChoiceField(choices=Status.choices)


CHECK_INS = CheckIn.objects.select_related("by__user").order_by("-at", "-id")


class GoalOutput(RowOutput[MeasuredGoal]):
    """A goal with its progress and pace of today. `version` is also its ETag."""

    id = serializers.IntegerField(source="goal.id")
    version = serializers.IntegerField(source="goal.version")
    name = serializers.CharField(source="goal.name")
    name_en = serializers.CharField(source="goal.name_en")
    name_zh = serializers.CharField(source="goal.name_zh")
    description = serializers.CharField(source="goal.description")
    kind = serializers.ChoiceField(choices=Kind.choices, source="goal.kind")
    status = serializers.ChoiceField(choices=Status.choices, source="goal.status")
    owner = Person(source="goal.owner")
    team = Named(source="goal.team", allow_null=True)
    parent_id = serializers.IntegerField(source="goal.parent_id", allow_null=True)
    starts_on = serializers.DateField(source="goal.starts_on")
    ends_on = serializers.DateField(source="goal.ends_on")
    review_every_days = serializers.IntegerField(source="goal.review_every_days")
    next_review_on = serializers.DateField(source="goal.next_review_on", allow_null=True)
    progress = serializers.DecimalField(5, 4, allow_null=True)
    elapsed = serializers.DecimalField(5, 4, min_value=Decimal(0), max_value=Decimal(1))
    pace = serializers.ChoiceField(choices=Pace.choices)
    key_results = KeyResultOutput(many=True)
    closed_at = serializers.DateTimeField(source="goal.closed_at", allow_null=True)
    created_at = serializers.DateTimeField(source="goal.created_at")
    updated_at = serializers.DateTimeField(source="goal.updated_at")
    expansions = {
        "owner": Expansion(lambda: MemberOutput(source="goal.owner"), ["owner__user"], Scope.PEOPLE_READ),
        "team": Expansion(
            lambda: TeamOutput(source="goal.team", allow_null=True), ["team"], Scope.PEOPLE_READ
        ),
        "parent": Expansion(lambda: GoalParent(source="goal.parent", allow_null=True), ["parent"]),
        "check_ins": Expansion(
            lambda: CheckInOutput(source="goal.check_ins", many=True), [Prefetch("check_ins", CHECK_INS)]
        ),
    }


class KeyResultFields(StrictInput):
    """A key result as it shall be: `id` names the one to change; without it a new one."""

    id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    name_en = serializers.CharField(max_length=200, allow_blank=True, required=False)
    name_zh = serializers.CharField(max_length=200, allow_blank=True, required=False)
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment] # a field of that name
    kpi = serializers.CharField(max_length=80, allow_null=True, required=False, help_text="The KPI's key.")
    start = serializers.DecimalField(**VALUE)
    target = serializers.DecimalField(**VALUE)
    current = serializers.DecimalField(
        **VALUE, allow_null=True, required=False, help_text="Only where it is entered by hand."
    )
    weight = serializers.IntegerField(min_value=1, max_value=100, required=False)


class GoalInput(StrictInput):
    """A goal; with `partial=True`, what shall change. `key_results` names all of them: others are removed."""

    name_en = serializers.CharField(max_length=200, allow_blank=True, required=False)
    name_zh = serializers.CharField(max_length=200, allow_blank=True, required=False)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, allow_blank=True, required=False)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    owner_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    team_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    parent_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    review_every_days = serializers.IntegerField(min_value=1, max_value=366, required=False)
    key_results = KeyResultFields(  # type: ignore[call-arg] # the length is that of the list
        many=True, required=False, max_length=MOST_KEY_RESULTS
    )


class CheckInInput(StrictInput):
    """A check-in; `values` are new current values, by the id of each key result entered by hand."""

    confidence = serializers.ChoiceField(choices=Confidence.choices)
    note = serializers.CharField(max_length=NOTE_LIMIT, allow_blank=True, required=False)
    values = serializers.DictField(
        child=serializers.DecimalField(**VALUE), required=False, help_text='{"17": 42}'
    )


def key_results_of(given: list[dict[str, Any]], kpi_ids: dict[str, int]) -> list[KeyResultInput]:
    """The key results in the words of the services; an unknown KPI becomes one that nobody has."""
    return [
        KeyResultInput(
            id=row.get("id"),
            name_en=row.get("name_en", "").strip(),
            name_zh=row.get("name_zh", "").strip(),
            source=row["source"],
            kpi_id=kpi_ids.get(row["kpi"], 0) if row.get("kpi") else None,
            start_value=row["start"],
            target_value=row["target"],
            manual_value=row.get("current"),
            weight=row.get("weight", 1),
        )
        for row in given
    ]


def values_of(given: dict[str, Decimal]) -> dict[int, Decimal]:
    """The values by id. Refuses what is no id."""
    if strange := [key for key in given if not (key.isascii() and key.isdecimal())]:
        raise serializers.ValidationError({"values": {key: [NO_SUCH_ROW] for key in strange}})
    return {int(key): value for key, value in given.items()}
