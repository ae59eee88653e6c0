"""The past of several KPIs for the workers that judge them: complete periods, read at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpis.choices import Grain
from kpis.selectors.amounts import Amount
from kpis.selectors.calendar import ONE_DAY, Period, period_of, periods
from kpis.selectors.definitions import DefinedKpi
from kpis.selectors.evaluating import Asked, evaluate
from kpis.selectors.freshness import freshness
from kpis.selectors.totals import Scope


@dataclass(frozen=True, slots=True)
class History:
    """The amounts of a KPI in consecutive complete periods, oldest first, from the first one that has a value."""

    kpi: DefinedKpi
    periods: tuple[Period, ...]
    amounts: tuple[Amount, ...]


def histories(every: Sequence[DefinedKpi], grain: Grain, first_on: date, last_on: date) -> list[History]:
    """The histories of KPIs of one organization, up to the last period that ends by `last_on`; two queries.

    Periods that are too young to be told, where a KPI needs time to mature, are left out.
    """
    if not every:
        return []
    calendar = every[0].calendar
    asked = tuple(periods(first_on, last_on, grain, calendar))
    if asked and asked[-1].ends_on > last_on:
        asked = asked[:-1]
    if not asked:
        return [History(kpi, (), ()) for kpi in every]
    fresh = freshness({metric_id for kpi in every for metric_id in kpi.metric_ids})
    found = evaluate([Asked(kpi, asked) for kpi in every], Scope(), fresh.begun, fresh.read_at)
    return [_from_first_value(kpi, asked, each.whole) for kpi, each in zip(every, found, strict=True)]


def periods_after(kpi: DefinedKpi, grain: Grain, last_on: date, number: int) -> list[Period]:
    """So many periods after the one that ends on `last_on`."""
    following: list[Period] = []
    for _ in range(number):
        following.append(period_of(last_on + ONE_DAY, grain, kpi.calendar))
        last_on = following[-1].ends_on
    return following


def _from_first_value(kpi: DefinedKpi, asked: tuple[Period, ...], amounts: Sequence[Amount]) -> History:
    first = next((index for index, each in enumerate(amounts) if each.value is not None), len(amounts))
    mature_on = asked[-1].ends_on - kpi.matures_after_days * ONE_DAY
    last = sum(period.ends_on <= mature_on for period in asked)
    return History(kpi, asked[first:last], tuple(amounts[first:last]))
