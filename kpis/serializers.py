"""What the KPI API takes and gives. Values are JSON numbers; durations are in seconds."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.inputs import StrictInput
from common.errors import InvalidInput, Sentence
from kpis.choices import Aggregate, Direction, Finality, Grain, Status, Unit
from kpis.models import KpiTarget
from kpis.selectors import DefinedKpi, Point, Series
from kpis.services import IngestCounts, MeasurementRow

METRIC_KEY = r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"
MAX_NAMED = 100
_FIELD_AT = re.compile(r"at `\$\.(\w+)`")
_FIELD_NAMED = re.compile(r"field `(.{1,80}?)`")


class KpiOutput(serializers.Serializer[Any]):
    """A KPI over the last 28 complete local days."""

    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.ChoiceField(choices=Unit.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    value = serializers.FloatField(allow_null=True)
    previous_value = serializers.FloatField(allow_null=True, help_text="The 28 days before.")
    n = serializers.IntegerField(help_text="Number of facts; of a ratio, of its denominator.")
    target = serializers.FloatField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)
    fresh_through = serializers.DateTimeField(help_text="Facts stored before this moment are counted.")
    pending = serializers.BooleanField(help_text="Some of these days are being recomputed.")


class TargetOutput(serializers.Serializer[KpiTarget]):
    """A target from a day on."""

    starts_on = serializers.DateField()
    value = serializers.FloatField()
    near = serializers.FloatField()


class DefinitionOutput(serializers.Serializer[DefinedKpi]):
    """How the value is computed: scale x aggregate(metric), or scale x sum(metric) / sum(denominator)."""

    version = serializers.IntegerField(source="definition.version")
    aggregate = serializers.ChoiceField(choices=Aggregate.choices, source="definition.aggregate")
    metric = serializers.CharField(source="definition.metric.key")
    denominator = serializers.CharField(source="definition.denominator.key", default=None, allow_null=True)
    scale = serializers.FloatField(source="definition.scale")
    least_score = serializers.IntegerField(source="definition.least_score", allow_null=True)
    label = serializers.CharField(source="definition.label")  # type: ignore[assignment] # a field of the answer
    minimum_n = serializers.IntegerField(source="kpi.minimum_n")
    formula = serializers.CharField()
    targets = TargetOutput(many=True)


class KpiDetailOutput(KpiOutput):
    """A KPI with its definition."""

    definition = DefinitionOutput()


class PointOutput(serializers.Serializer[Point]):
    """One period of the organization's calendar."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    value = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    numerator = serializers.FloatField(allow_null=True)
    denominator = serializers.FloatField(allow_null=True)
    finality = serializers.ChoiceField(choices=Finality.choices)
    version = serializers.IntegerField(help_text="Grows with every change of the facts below the point.")
    target = serializers.FloatField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)


class SeriesOutput(serializers.Serializer[Series]):
    """A KPI by day, week or month."""

    key = serializers.CharField(source="kpi.key")
    name = serializers.CharField(source="kpi.name")
    unit = serializers.ChoiceField(choices=Unit.choices, source="kpi.unit")
    grain = serializers.ChoiceField(choices=Grain.choices)
    time_zone = serializers.CharField(source="kpi.organization.time_zone")
    definition_version = serializers.IntegerField()
    fresh_through = serializers.DateTimeField()
    pending = serializers.BooleanField()
    points = PointOutput(many=True)


class MetricOutput(serializers.Serializer[Any]):
    """A stream of measurements."""

    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.ChoiceField(choices=Unit.choices)
    is_ordinal = serializers.BooleanField()


class MetricInput(StrictInput):
    """A new metric. Unknown fields are refused."""

    key = serializers.RegexField(rf"\A{METRIC_KEY}\Z")
    unit = serializers.ChoiceField(choices=Unit.choices)
    name_en = serializers.CharField(max_length=200, allow_blank=True, default="")
    name_zh = serializers.CharField(max_length=200, allow_blank=True, default="")
    is_ordinal = serializers.BooleanField(default=False)


class MeasurementInput(serializers.Serializer[Any]):
    """One measurement, for the schema: bodies are read by `measurement_rows`."""

    source_key = serializers.CharField(max_length=200, help_text="Names the fact; sent again it replaces it.")
    occurred_at = serializers.DateTimeField(help_text="With an offset.")
    value = serializers.FloatField(allow_null=True, help_text="null retracts the fact.")
    team_id = serializers.IntegerField(allow_null=True, required=False)
    member_id = serializers.IntegerField(allow_null=True, required=False)
    label = serializers.CharField(max_length=100, required=False, allow_blank=True)  # type: ignore[assignment] # as above
    weight = serializers.IntegerField(
        min_value=1, max_value=1_000_000, default=1, help_text="Counts as so many measurements of this value."
    )


class MeasurementsInput(serializers.Serializer[Any]):
    """1 to 10,000 measurements: all are stored, or none."""

    measurements = MeasurementInput(many=True)


class CountsOutput(serializers.Serializer[IngestCounts]):
    """What became of the rows."""

    stored = serializers.IntegerField()
    replaced = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    retracted = serializers.IntegerField()


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    source_key: str
    occurred_at: datetime
    value: Decimal | int | None
    team_id: int | None = None
    member_id: int | None = None
    label: str = ""
    weight: int = 1


def measurement_rows(body: Any) -> list[MeasurementRow]:
    """The rows of `{"measurements": [...]}`; refuses what has the wrong shape, with a pointer for each bad row."""
    if not isinstance(body, dict) or not isinstance(body.get("measurements"), list):
        raise InvalidInput({"/measurements": [_("Send an object with a list named “measurements”.")]})
    if unknown := set(body) - {"measurements"}:
        raise InvalidInput(
            {f"/{name}": [_("There is no such field.")] for name in sorted(unknown)[:MAX_NAMED]}
        )
    given = body["measurements"]
    try:
        rows = msgspec.convert(given, list[_Row])
    except msgspec.ValidationError:
        raise InvalidInput(_shape_problems(given)) from None
    return [_measurement(row) for row in rows]


def _measurement(row: _Row) -> MeasurementRow:
    value = Decimal(row.value) if isinstance(row.value, int) else row.value
    return MeasurementRow(
        row.source_key, row.occurred_at, value, row.team_id, row.member_id, row.label, row.weight
    )


def _shape_problems(given: list[Any]) -> dict[str, list[Sentence]]:
    errors: dict[str, list[Sentence]] = {}
    for pointer, sentence in _wrong_shapes(given):
        errors[pointer] = [sentence]
        if len(errors) == MAX_NAMED:
            break
    return errors


def _wrong_shapes(given: list[Any]) -> Iterator[tuple[str, Sentence]]:
    for index, row in enumerate(given):
        try:
            msgspec.convert(row, _Row)
        except msgspec.ValidationError as error:
            yield _place(index, str(error))


def _place(index: int, reason: str) -> tuple[str, Sentence]:
    """The pointer and a sentence for a complaint of msgspec."""
    at = _FIELD_AT.search(reason)
    if at:
        return f"/measurements/{index}/{at[1]}", EXPECTED.get(at[1], EXPECTED[""])
    named = _FIELD_NAMED.search(reason)
    if named and reason.startswith("Object missing"):
        return f"/measurements/{index}/{named[1]}", _("This field is missing.")
    if named:
        return f"/measurements/{index}/{named[1]}", _("There is no such field.")
    return f"/measurements/{index}", EXPECTED[""]


EXPECTED: dict[str, Sentence] = {
    "": _("A measurement is an object with source_key, occurred_at and value."),
    "source_key": _("Send a text."),
    "occurred_at": _("Send a time with an offset, for example 2026-11-20T08:00:00+08:00."),
    "value": _("Send a number, or null to retract the measurement."),
    "team_id": _("Send a whole number or null."),
    "member_id": _("Send a whole number or null."),
    "label": _("Send a text."),
    "weight": _("Send a whole number."),
}
