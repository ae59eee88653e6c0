"""What the API tells of a KPI's forecast."""

from rest_framework import serializers

from kpis.choices import Grain, Unit
from kpis.selectors.forecasts import ForecastStep, KpiForecast


class ForecastStepOutput(serializers.Serializer[ForecastStep]):
    """One period to come."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    value = serializers.FloatField()
    low = serializers.FloatField(help_text="Lower end of the 80 % interval.")
    high = serializers.FloatField()
    inner_low = serializers.FloatField(allow_null=True, help_text="Lower end of the 50 % interval.")
    inner_high = serializers.FloatField(allow_null=True)


class ForecastOutput(serializers.Serializer[KpiForecast]):
    """What a KPI will probably be, and how such forecasts did in the backtest."""

    key = serializers.CharField(source="kpi.key")
    unit = serializers.ChoiceField(choices=Unit.choices, source="kpi.unit")
    grain = serializers.ChoiceField(choices=Grain.choices)
    made_on = serializers.DateField(source="made.made_on", default=None, allow_null=True)
    methods = serializers.CharField(
        source="made.method", default="", help_text="Methods of forecasting, the weightiest first."
    )
    beats_naive = serializers.BooleanField(
        source="made.beats_naive",
        default=False,
        help_text="Only a forecast that did better in its backtest than the seasonal naive one has points.",
    )
    mase = serializers.FloatField(
        source="made.mase",
        default=None,
        allow_null=True,
        help_text="Mean absolute error of the backtest in shares of the history's seasonal change.",
    )
    naive_mase = serializers.FloatField(source="made.naive_mase", default=None, allow_null=True)
    coverage = serializers.FloatField(
        source="made.coverage",
        default=None,
        allow_null=True,
        help_text="Share of the backtest's values inside the 80 % interval.",
    )
    points = ForecastStepOutput(source="steps", many=True)
