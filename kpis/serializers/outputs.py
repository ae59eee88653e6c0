"""What the KPI API gives. Values are JSON numbers; durations are in seconds."""

from typing import Any

from rest_framework import serializers

from kpis.choices import (
    Aggregate,
    Direction,
    Finality,
    Grain,
    Reason,
    Status,
    TargetPeriod,
    TargetShape,
    Unit,
)
from kpis.models import KpiDefinition, KpiTarget
from kpis.selectors import (
    Breakdown,
    BreakdownPart,
    DefinedKpi,
    Point,
    Restated,
    Series,
    Verification,
    WrongCell,
)


class KpiOutput(serializers.Serializer[Any]):
    """A KPI over its last 28 complete local days that can be told."""

    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.ChoiceField(choices=Unit.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(
        allow_null=True, help_text="Lower end of the 95 % interval, where there is one."
    )
    high = serializers.FloatField(allow_null=True)
    previous_value = serializers.FloatField(allow_null=True, help_text="The 28 days before.")
    n = serializers.IntegerField(help_text="Number of facts; of a ratio, of its denominator.")
    last_on = serializers.DateField(help_text="The last of the 28 days.")
    target = serializers.FloatField(allow_null=True)
    target_upper = serializers.FloatField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)
    fresh_through = serializers.DateTimeField(help_text="Facts stored before this moment are counted.")
    pending = serializers.BooleanField(help_text="Some of these days are being recomputed.")


class TargetOutput(serializers.Serializer[KpiTarget]):
    """A target from a day on; `upper` and `near_upper` where the KPI should stay between two values."""

    id = serializers.IntegerField()
    starts_on = serializers.DateField()
    value = serializers.FloatField()
    near = serializers.FloatField()
    upper = serializers.FloatField(allow_null=True)
    near_upper = serializers.FloatField(allow_null=True)
    shape = serializers.ChoiceField(choices=TargetShape.choices)
    period = serializers.ChoiceField(
        choices=TargetPeriod.choices, help_text="The stretch that the target of a sum or count is for."
    )


class VersionOutput(serializers.Serializer[KpiDefinition]):
    """One version of a definition: scale x aggregate(metric), scale x sum(metric) / sum(denominator), or a formula."""

    version = serializers.IntegerField()
    applies_from = serializers.DateField(allow_null=True, help_text="null: for all periods.")
    aggregate = serializers.ChoiceField(choices=Aggregate.choices)
    metric = serializers.CharField(source="metric.key", default=None, allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment] # a field of the answer
    denominator = serializers.CharField(source="denominator.key", default=None, allow_null=True)
    denominator_label = serializers.CharField()
    scale = serializers.FloatField()
    least_score = serializers.IntegerField(allow_null=True)
    most_score = serializers.IntegerField(allow_null=True)
    formula = serializers.CharField(help_text="Over other KPIs; empty for every other aggregate.")
    matures_after_days = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class DefinitionOutput(serializers.Serializer[DefinedKpi]):
    """How the value is computed: the version in force today, in words, and the targets."""

    version = serializers.IntegerField(source="definition.version")
    applies_from = serializers.DateField(source="definition.applies_from", allow_null=True)
    aggregate = serializers.ChoiceField(choices=Aggregate.choices, source="definition.aggregate")
    metric = serializers.CharField(source="definition.metric.key", default=None, allow_null=True)
    denominator = serializers.CharField(source="definition.denominator.key", default=None, allow_null=True)
    scale = serializers.FloatField(source="definition.scale")
    least_score = serializers.IntegerField(source="definition.least_score", allow_null=True)
    most_score = serializers.IntegerField(source="definition.most_score", allow_null=True)
    label = serializers.CharField(source="definition.label")  # type: ignore[assignment] # a field of the answer
    denominator_label = serializers.CharField(source="definition.denominator_label")
    matures_after_days = serializers.IntegerField(source="definition.matures_after_days")
    minimum_n = serializers.IntegerField(source="kpi.minimum_n")
    formula = serializers.CharField(help_text="In words, or over other KPIs.")
    targets = TargetOutput(many=True)


class KpiDetailOutput(KpiOutput):
    """A KPI with its definition. `version` is also its ETag."""

    version = serializers.IntegerField()
    description = serializers.CharField()
    owner_id = serializers.IntegerField(allow_null=True)
    archived_at = serializers.DateTimeField(allow_null=True)
    definition = DefinitionOutput()


class PointOutput(serializers.Serializer[Point]):
    """One period of the organization's calendar."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    starts_at = serializers.DateTimeField(allow_null=True, help_text="Of an hour, the moment it began.")
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(
        allow_null=True, help_text="Lower end of the 95 % interval, where there is one."
    )
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    numerator = serializers.FloatField(allow_null=True)
    denominator = serializers.FloatField(allow_null=True)
    compared_value = serializers.FloatField(allow_null=True, help_text="What `compare` asked for.")
    finality = serializers.ChoiceField(choices=Finality.choices)
    version = serializers.IntegerField(help_text="Grows with every change of the facts below the point.")
    definition_version = serializers.IntegerField(allow_null=True)
    target = serializers.FloatField(allow_null=True)
    target_near = serializers.FloatField(allow_null=True)
    target_upper = serializers.FloatField(allow_null=True)
    target_near_upper = serializers.FloatField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)


class SeriesOutput(serializers.Serializer[Series]):
    """A KPI by hour, day, week, month, quarter or year."""

    key = serializers.CharField(source="kpi.key")
    name = serializers.CharField(source="kpi.name")
    unit = serializers.ChoiceField(choices=Unit.choices, source="kpi.unit")
    grain = serializers.ChoiceField(choices=Grain.choices)
    time_zone = serializers.CharField(source="kpi.organization.time_zone")
    definition_version = serializers.IntegerField()
    fresh_through = serializers.DateTimeField()
    pending = serializers.BooleanField()
    points = PointOutput(many=True)


class AmountOutput(serializers.Serializer[Any]):
    """A value and what it was made of."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    numerator = serializers.FloatField(allow_null=True)
    denominator = serializers.FloatField(allow_null=True)


class PartOutput(AmountOutput):
    """The KPI over the facts of one team, member or label."""

    id = serializers.IntegerField(allow_null=True, help_text="0: facts without a team or member.")
    name = serializers.CharField()
    is_hidden = serializers.BooleanField(help_text="A small group that stays anonymous.")


class BreakdownOutput(serializers.Serializer[Breakdown]):
    """A KPI of a stretch of days by its parts, those with most facts first."""

    key = serializers.CharField(source="kpi.key")
    unit = serializers.ChoiceField(choices=Unit.choices, source="kpi.unit")
    by = serializers.CharField(source="by.value")
    first_on = serializers.DateField(source="period.starts_on")
    last_on = serializers.DateField(source="period.ends_on")
    pending = serializers.BooleanField()
    whole = AmountOutput()
    parts = serializers.ListSerializer[BreakdownPart](child=PartOutput())
    left_out = serializers.IntegerField(help_text="How many more parts there are.")


class RestatedOutput(serializers.Serializer[Restated]):
    """Facts of one published day that changed later: what was published, and what came instead."""

    metric = serializers.CharField()
    day = serializers.DateField()
    team_id = serializers.IntegerField(help_text="0: facts without a team.")
    label = serializers.CharField()  # type: ignore[assignment] # a field of the answer
    n = serializers.IntegerField()
    new_n = serializers.IntegerField()
    total = serializers.FloatField()
    new_total = serializers.FloatField()
    restated_at = serializers.DateTimeField()
    reasons = serializers.ListField(child=serializers.ChoiceField(choices=Reason.choices))


class RestatementsOutput(serializers.Serializer[Any]):
    """The newest restatements of a KPI's days."""

    results = RestatedOutput(source="rows", many=True)
    has_more = serializers.BooleanField()


class WrongCellOutput(serializers.Serializer[WrongCell]):
    """A cell that is not what its facts say."""

    metric = serializers.CharField()
    day = serializers.DateField()
    hour = serializers.DateTimeField(allow_null=True)
    team_id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of the answer
    n_of_facts = serializers.IntegerField()
    n_stored = serializers.IntegerField()
    total_of_facts = serializers.FloatField()
    total_stored = serializers.FloatField()


class VerificationOutput(serializers.Serializer[Verification]):
    """The KPI computed from its cells and, again, from its facts."""

    key = serializers.CharField(source="kpi.key")
    first_on = serializers.DateField(source="period.starts_on")
    last_on = serializers.DateField(source="period.ends_on")
    is_right = serializers.BooleanField()
    checked = serializers.IntegerField(help_text="How many day cells were compared with their facts.")
    wrong = WrongCellOutput(many=True)
    stored = AmountOutput()
    of_facts = AmountOutput()
    pending = serializers.BooleanField(help_text="Some of these days wait for a worker; they prove nothing.")
    archived = serializers.ListField(
        child=serializers.DateField(), help_text="Months whose facts are in files."
    )


class MetricOutput(serializers.Serializer[Any]):
    """A stream of measurements."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.ChoiceField(choices=Unit.choices)
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    is_ordinal = serializers.BooleanField()
    keeps_hours = serializers.BooleanField()
    final_before = serializers.DateField(allow_null=True, help_text="Earlier days may not change any more.")
    created_at = serializers.DateTimeField()
