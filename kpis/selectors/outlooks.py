"""What KPIs will probably be on days to come, by the forecasts that workers made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from kpis.choices import Grain
from kpis.models import Forecast
from kpis.selectors.calendar import Calendar, calendar_of, period_of
from people.models import Organization

WINDOW_DAYS = 28
# The finer one where it reaches far enough.
GRAINS = (Grain.WEEK, Grain.MONTH)
MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Outlook:
    """A KPI over the 28 days up to a day to come: as forecast, and the interval that holds it with 80 %."""

    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class FutureDay:
    """A KPI on a day to come; what `grows` with the length of its period is told for 28 days."""

    kpi_id: int
    day: date
    grows: bool


def trusted_forecasts() -> QuerySet[Forecast]:
    """The forecasts that outlooks are told by: those that beat the naive one in their test."""
    return Forecast.objects.filter(grain__in=GRAINS, beats_naive=True)


def outlooks(
    organization: Organization, asked: Collection[FutureDay], made: Iterable[Forecast] | None = None
) -> dict[FutureDay, Outlook]:
    """Those of these days that a trusted forecast reaches; one query where they are not given as `made`."""
    if not asked:
        return {}
    if made is None:
        kpi_ids = {each.kpi_id for each in asked}
        made = trusted_forecasts().filter(kpi__organization=organization, kpi__in=kpi_ids)
    known = {(each.kpi_id, each.grain): each for each in made}
    calendar, found = calendar_of(organization), {}
    for each in asked:
        told = (_outlook(known.get((each.kpi_id, grain)), each, calendar) for grain in GRAINS)
        first = next((outlook for outlook in told if outlook is not None), None)
        if first is not None:
            found[each] = first
    return found


def _outlook(forecast: Forecast | None, asked: FutureDay, calendar: Calendar) -> Outlook | None:
    if forecast is None:
        return None
    period = period_of(asked.day, Grain(forecast.grain), calendar)
    if period.starts_on not in forecast.starts_on:
        return None
    place = forecast.starts_on.index(period.starts_on)
    part = WINDOW_DAYS / period.days if asked.grows else Decimal(1)
    value, low, high = (
        (Decimal(str(line[place])) * part).quantize(MICRO)
        for line in (forecast.points, forecast.lows, forecast.highs)
    )
    return Outlook(value, low, high)
