"""What a KPI will probably be in its next periods, made by workers once a day and when its past has changed."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from common.tenancy import acting_for
from kpis.choices import Aggregate, Grain, Unit
from kpis.models import Forecast, Kpi
from kpis.selectors import today
from kpis.selectors.definitions import DefinedKpi, defined_kpis
from kpis.selectors.histories import History, histories, periods_after
from kpis.selectors.progress import progress_of
from people.models import Organization

SECONDS_PER_RUN = 15.0
KPIS_AT_ONCE = 10
# Facts come in all day; a forecast of whole days changes little by them and costs a tenth of a second.
AGAIN_AFTER = timedelta(hours=6)
LINES = ("points", "lows", "highs", "inner_lows", "inner_highs")
BACKTEST = ("mase", "naive_mase", "coverage", "beats_naive")
NO_FORECAST: dict[str, object] = {
    "starts_on": [],
    **{line: [] for line in LINES},
    "method": "",
    **dict.fromkeys(BACKTEST),
    "beats_naive": False,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How far a grain is looked back and forward; `seasons` in periods, `least` periods are needed to start."""

    grain: Grain
    back_days: int
    seasons: tuple[int, ...]
    horizon: int
    least: int


PLANS = (
    Plan(Grain.DAY, back_days=2 * 365, seasons=(7,), horizon=28, least=28),
    Plan(Grain.WEEK, back_days=4 * 365, seasons=(52,), horizon=12, least=16),
    Plan(Grain.MONTH, back_days=8 * 365, seasons=(12,), horizon=6, least=12),
)


def forecast_due() -> int:
    """Every KPI in use has forecasts that know its past as of yesterday; returns how many were made.

    Stops after a bounded time; the next run goes on. A twin makes the same rows: each is written by itself, so that
    no transaction stays open while numbers are computed.
    """
    until = time.monotonic() + SECONDS_PER_RUN
    made = 0
    for organization in Organization.objects.order_by("pk"):
        for plan in PLANS:
            for kpis in _batched(_due(organization, plan), KPIS_AT_ONCE):
                if time.monotonic() > until:
                    return made
                with acting_for(organization.pk):
                    made += _forecast_kpis(organization, plan, kpis)
    return made


def _forecast_kpis(organization: Organization, plan: Plan, every: Sequence[DefinedKpi]) -> int:
    progress = progress_of(organization.pk)
    last_on = today(organization) - timedelta(days=1)
    for history in histories(every, plan.grain, last_on - timedelta(days=plan.back_days), last_on):
        _store(history, plan, last_on, progress.newest_of(history.kpi))
    return len(every)


def _batched(every: Sequence[DefinedKpi], size: int) -> Iterator[Sequence[DefinedKpi]]:
    for start in range(0, len(every), size):
        yield every[start : start + size]


def _due(organization: Organization, plan: Plan) -> list[DefinedKpi]:
    """KPIs without a forecast of today, or whose cells have changed since one that is some hours old."""
    every = defined_kpis(Kpi.objects.filter(organization=organization, archived_at__isnull=True))
    stored = {
        each.kpi_id: (each.made_on, each.seen_version, each.made_at)
        for each in Forecast.objects.filter(kpi__organization=organization, grain=plan.grain)
    }
    progress = progress_of(organization.pk)
    day, old = today(organization), timezone.now() - AGAIN_AFTER

    def is_due(each: DefinedKpi) -> bool:
        if each.kpi.pk not in stored:
            return True
        made_on, seen, made_at = stored[each.kpi.pk]
        return made_on < day or (progress.newest_of(each) != seen and made_at < old)

    return [each for each in every if is_due(each)]


def _store(history: History, plan: Plan, last_on: date, seen_version: int) -> None:
    """The row of this KPI and grain; an empty one, with which nothing is shown, where the past is too short."""
    Forecast.objects.update_or_create(
        kpi=history.kpi.kpi,
        grain=plan.grain,
        defaults={
            **_forecast(history, plan),
            "made_on": last_on + timedelta(days=1),
            "made_at": timezone.now(),
            "seen_version": seen_version,
        },
    )


def _forecast(history: History, plan: Plan) -> dict[str, object]:
    values = [None if each.value is None else float(each.value) for each in history.amounts]
    if sum(value is not None for value in values) < plan.least:
        return NO_FORECAST
    # Here and not above: numpy is for workers only, and web processes import this module.
    from kpis.analysis.forecasting import forecast

    floor, ceiling = _bounds(history.kpi, [value for value in values if value is not None])
    made = forecast(values, plan.seasons, plan.horizon, floor=floor, ceiling=ceiling)
    following = periods_after(history.kpi, plan.grain, history.periods[-1].ends_on, plan.horizon)
    return {
        "starts_on": [period.starts_on for period in following],
        **{line: list(getattr(made, line)) for line in LINES},
        "method": made.method[:120],
        **{name: getattr(made, name) for name in BACKTEST},
    }


def _bounds(kpi: DefinedKpi, known: Sequence[float]) -> tuple[float | None, float | None]:
    """What a value cannot leave: a share its whole, a score of -1 to 1 its scale, most units zero.

    A limit that the past has crossed is none, as that of a formula or of a sum of values with both signs.
    """
    definition, unit = kpi.definition, Unit(kpi.kpi.unit)
    whole = float(definition.scale)
    least: float | None = None if unit in (Unit.CURRENCY, Unit.POINTS) else 0.0
    most: float | None = None
    if definition.aggregate == Aggregate.SHARE:
        least, most = sorted((0.0, whole))
    elif definition.aggregate == Aggregate.NPS:
        least, most = -abs(whole), abs(whole)
    elif definition.aggregate == Aggregate.COUNT:
        least = 0.0
    return (
        least if least is not None and least <= min(known) else None,
        most if most is not None and most >= max(known) else None,
    )
