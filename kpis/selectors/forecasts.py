"""What workers forecast of a KPI, period by period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from common.errors import NotVisible
from kpis.choices import Grain
from kpis.models import Forecast, Kpi
from kpis.selectors.calendar import calendar_of, period_of
from people.models import Membership


@dataclass(frozen=True, slots=True)
class ForecastStep:
    """One period to come: the value expected, and the ends of the intervals of 80 % and (`inner_…`) of 50 %."""

    starts_on: date
    ends_on: date
    value: float
    low: float
    high: float
    inner_low: float | None
    inner_high: float | None


@dataclass(frozen=True, slots=True)
class KpiForecast:
    """The newest forecast for periods of one length; no steps where it did not beat the naive one in its backtest."""

    kpi: Kpi
    grain: Grain
    made: Forecast | None
    steps: Sequence[ForecastStep]


def kpi_forecast(actor: Membership, key: str, grain: Grain) -> KpiForecast:
    """What the KPI's page draws ahead; refuses a KPI the actor cannot see. Two queries."""
    kpi = Kpi.objects.visible_to(actor).select_related("organization").filter(key=key).first()
    if kpi is None:
        raise NotVisible
    made = Forecast.objects.filter(kpi=kpi, grain=grain).first()
    return KpiForecast(kpi, grain, made, steps_of(kpi, made) if made and made.beats_naive else [])


def steps_of(kpi: Kpi, forecast: Forecast) -> list[ForecastStep]:
    """The periods of a forecast, soonest first."""
    calendar, unknown = calendar_of(kpi.organization), [None] * len(forecast.points)
    lines = zip(
        forecast.starts_on,
        forecast.points,
        forecast.lows,
        forecast.highs,
        forecast.inner_lows or unknown,
        forecast.inner_highs or unknown,
        strict=True,
    )
    return [
        ForecastStep(day, period_of(day, Grain(forecast.grain), calendar).ends_on, *values)
        for day, *values in lines
    ]
