"""How one KPI stands: its last 28 days beside the 28 before them, its last day beside the same weekdays."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from kpis.choices import Status
from kpis.selectors.amounts import Amount
from kpis.selectors.asking import Compare
from kpis.selectors.calendar import ONE_DAY, Period, today
from kpis.selectors.definitions import DefinedKpi
from kpis.selectors.evaluating import Asked, evaluate
from kpis.selectors.freshness import Freshness, freshness
from kpis.selectors.points import compared_values
from kpis.selectors.targets import Target
from kpis.selectors.totals import Scope

WINDOW = 28


@dataclass(frozen=True, slots=True)
class Standing:
    """A KPI over its last 28 complete local days; where it matures, they end so many days earlier.

    `day` is the last of them; `weekday_value` is what the same weekday had in the four weeks before.
    """

    first_on: date
    last_on: date
    now: Amount
    previous_value: Decimal | None
    target: Target | None
    status: Status
    day_value: Decimal | None
    weekday_value: Decimal | None
    fresh_through: datetime
    pending: bool


def standing(kpi: DefinedKpi, on: date | None = None, fresh: Freshness | None = None) -> Standing:
    """How the KPI stands on the day `on` (today), for the whole organization; one query, two without `fresh`."""
    last_on = (on or today(kpi.kpi.organization)) - timedelta(days=1 + kpi.matures_after_days)
    days = tuple(
        Period(day, day) for day in (last_on - step * ONE_DAY for step in reversed(range(WINDOW + 1)))
    )
    span = Period(days[1].starts_on, last_on)
    before = Period(span.starts_on - WINDOW * ONE_DAY, span.starts_on - ONE_DAY)
    fresh = fresh or freshness(kpi.metric_ids)
    asked = [Asked(kpi, (before, span)), Asked(kpi, days)]
    spans, daily = (each.whole for each in evaluate(asked, Scope(), fresh.begun, fresh.read_at))
    target, running = kpi.target(span), kpi.running_metric_ids
    return Standing(
        first_on=span.starts_on,
        last_on=last_on,
        now=spans[1],
        previous_value=spans[0].value,
        target=target,
        status=kpi.status(spans[1].value, spans[1].n, target),
        day_value=daily[-1].value,
        weekday_value=compared_values(Compare.WEEKDAY, daily, WINDOW)[0],
        fresh_through=fresh.fresh_through(kpi.metric_ids),
        pending=fresh.is_pending(running, None, last_on)
        or fresh.is_pending(set(kpi.metric_ids) - running, span.starts_on, last_on),
    )
