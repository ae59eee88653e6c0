"""What the KPI API takes."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.inputs import StrictInput
from kpis.choices import Aggregate, Direction, TargetPeriod, TargetShape, Unit
from kpis.models import VALUE_DIGITS, VALUE_PLACES
from kpis.services import Definition

METRIC_KEY = r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"
BAD_KEY = _("A key has up to 80 letters, digits, dots, hyphens and underscores, first a letter or digit.")
FORMULA_LIMIT = 2_000
LARGEST_ID = 2**63 - 1
FULL = {Unit.PERCENT: Decimal(100), Unit.POINTS: Decimal(100), Unit.PER_THOUSAND: Decimal(1_000)}
QUOTIENTS = (Aggregate.SHARE, Aggregate.RATIO, Aggregate.NPS)


class DefinitionInput(StrictInput):
    """How a KPI is computed. Unknown fields are refused."""

    aggregate = serializers.ChoiceField(choices=Aggregate.choices)
    metric = serializers.CharField(max_length=80, required=False)
    denominator = serializers.CharField(max_length=80, required=False)
    label = serializers.CharField(max_length=100, required=False, allow_blank=True)  # type: ignore[assignment] # a field
    denominator_label = serializers.CharField(max_length=100, required=False, allow_blank=True)
    scale = serializers.DecimalField(
        max_digits=12,
        decimal_places=4,
        required=False,
        help_text="100 unless told for a share, ratio or NPS in percent or points, 1,000 for one per 1,000, else 1.",
    )
    least_score = serializers.IntegerField(min_value=0, max_value=10, allow_null=True, required=False)
    most_score = serializers.IntegerField(min_value=0, max_value=10, allow_null=True, required=False)
    formula = serializers.CharField(max_length=FORMULA_LIMIT, required=False, help_text="[csat] - [nps] / 2")
    matures_after_days = serializers.IntegerField(min_value=0, max_value=730, required=False)
    applies_from = serializers.DateField(allow_null=True, required=False)


class KpiInput(DefinitionInput):
    """A new KPI with its first definition."""

    key = serializers.RegexField(rf"\A{METRIC_KEY}\Z", error_messages={"invalid": BAD_KEY})
    name_en = serializers.CharField(max_length=200, allow_blank=True, required=False)
    name_zh = serializers.CharField(max_length=200, allow_blank=True, required=False)
    unit = serializers.ChoiceField(choices=Unit.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    minimum_n = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False)
    owner_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    description = serializers.CharField(max_length=2_000, allow_blank=True, required=False)


class KpiPatch(StrictInput):
    """What may change in a KPI; only what is sent changes."""

    name_en = serializers.CharField(max_length=200, allow_blank=True, required=False)
    name_zh = serializers.CharField(max_length=200, allow_blank=True, required=False)
    unit = serializers.ChoiceField(choices=Unit.choices, required=False)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    minimum_n = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False)
    owner_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    description = serializers.CharField(max_length=2_000, allow_blank=True, required=False)


class TargetInput(StrictInput):
    """A target from a day on; the one of the same day is replaced."""

    starts_on = serializers.DateField()
    value = serializers.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES)
    near = serializers.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES)
    upper = serializers.DecimalField(
        max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, allow_null=True, required=False
    )
    near_upper = serializers.DecimalField(
        max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, allow_null=True, required=False
    )
    shape = serializers.ChoiceField(choices=TargetShape.choices, required=False)
    period = serializers.ChoiceField(choices=TargetPeriod.choices, required=False)


class MetricInput(StrictInput):
    """A new metric. Unknown fields are refused."""

    key = serializers.RegexField(rf"\A{METRIC_KEY}\Z", error_messages={"invalid": BAD_KEY})
    unit = serializers.ChoiceField(choices=Unit.choices)
    name_en = serializers.CharField(max_length=200, allow_blank=True, default="")
    name_zh = serializers.CharField(max_length=200, allow_blank=True, default="")
    is_ordinal = serializers.BooleanField(default=False)
    keeps_hours = serializers.BooleanField(default=False)


def definition_of(given: Mapping[str, Any], unit: str) -> Definition:
    """The definition among the fields, with the factor that suits the KPI's unit where none was sent."""
    aggregate = Aggregate(given["aggregate"])
    usual = FULL.get(Unit(unit), Decimal(1)) if aggregate in QUOTIENTS else Decimal(1)
    named = {field.name for field in fields(Definition)}
    sent = {name: value for name, value in given.items() if name in named}
    return Definition(**{"scale": usual, **sent, "aggregate": aggregate})
