"""The value of each KPI now: over the last 28 complete local days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.urls import reverse

from common.errors import NotVisible
from kpis.choices import Grain, Status
from kpis.models import Kpi
from kpis.selectors.calendar import today
from kpis.selectors.definitions import DefinedKpi, defined_kpis
from kpis.selectors.freshness import Freshness, freshness
from kpis.selectors.totals import Amount, PeriodTotals, Totals, amount, period_totals
from people.models import Membership

WEEKS = 52
WINDOW_WEEKS = 4
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CurrentValue:
    """A KPI's value over the last 28 complete local days; a balance is the one at the end of the last of them."""

    kpi_id: int
    key: str
    unit: str
    direction: str
    value: Decimal | None
    n: int
    target: Decimal | None
    status: Status
    fresh_through: datetime
    pending: bool


@dataclass(frozen=True, slots=True)
class KpiCard:
    """A KPI as it stands on Home: value, the 28 days before, target, status and one value for each of 52 weeks."""

    kpi_id: int
    key: str
    name: str
    unit: str
    direction: str
    value: Decimal | None
    previous_value: Decimal | None
    n: int
    target: Decimal | None
    status: Status
    sparkline: list[Decimal | None]
    weekly_target: Decimal | None
    fresh_through: datetime
    pending: bool

    @property
    def url(self) -> str:
        """The KPI's own page."""
        return reverse("kpis:detail", args=[self.key])


def cards(actor: Membership, on: date | None = None) -> list[KpiCard]:
    """A card for every KPI of the actor's organization as of the day `on` (today); four queries for any number."""
    every = defined_kpis(Kpi.objects.visible_to(actor))
    window = _Window(every, on)
    return [_card(window, index) for index in range(len(every))]


def kpi_card(actor: Membership, key: str, on: date | None = None) -> tuple[KpiCard, DefinedKpi]:
    """The card of one KPI and what it is computed by; refuses an unknown key."""
    every = defined_kpis(Kpi.objects.visible_to(actor).filter(key=key))
    if not every:
        raise NotVisible
    return _card(_Window(every, on), 0), every[0]


def current_values(
    organization_id: int, kpi_ids: Iterable[int], on: date | None = None
) -> dict[int, CurrentValue]:
    """The same numbers as on the cards, for some KPIs of the organization, by id; four queries for any number."""
    every = defined_kpis(Kpi.objects.filter(organization_id=organization_id, pk__in=list(kpi_ids)))
    window = _Window(every, on, weeks=WINDOW_WEEKS)
    return {each.kpi.pk: _current_value(window, index) for index, each in enumerate(every)}


class _Window:
    """Totals by trailing weeks that end with the last complete local day; four of them are the 28 days."""

    def __init__(self, every: Sequence[DefinedKpi], on: date | None, weeks: int = WEEKS) -> None:
        self.every = every
        self.weeks = weeks
        if not every:
            return
        metric_ids = {metric_id for each in every for metric_id in each.metric_ids}
        self.fresh: Freshness = freshness(metric_ids)
        self.last_on = (on or today(every[0].kpi.organization)) - timedelta(days=1)
        self.first_on = self.last_on - weeks * WEEK + timedelta(days=1)
        self.totals: PeriodTotals = period_totals(
            [each.definition for each in every],
            Grain.WEEK,
            self.first_on.isoweekday(),
            self.first_on,
            self.last_on,
        )

    def amount(self, index: int, until: int, weeks: int) -> Amount:
        """The value over `weeks` weeks before week number `until`; for a balance, over all days before it."""
        each = self.every[index]
        first = 0 if each.is_balance else until - weeks
        starts = [self.first_on + step * WEEK for step in range(first, until)]
        own = sum((self.totals.of(index, start) for start in starts), Totals())
        if each.is_balance:
            own = own + self.totals.of(index, None)
        below = sum((self.totals.denominator(index, start) for start in starts), Totals())
        return amount(each.definition, own, below)


def _current_value(window: _Window, index: int) -> CurrentValue:
    each = window.every[index]
    now = window.amount(index, window.weeks, WINDOW_WEEKS)
    target = each.target(window.last_on, 7 * WINDOW_WEEKS)
    first_on = None if each.is_balance else window.last_on - WINDOW_WEEKS * WEEK + timedelta(days=1)
    return CurrentValue(
        kpi_id=each.kpi.pk,
        key=each.kpi.key,
        unit=each.kpi.unit,
        direction=each.kpi.direction,
        value=now.value,
        n=now.n,
        target=target.value if target else None,
        status=each.status(now.value, now.n, target),
        fresh_through=window.fresh.fresh_through(each.metric_ids),
        pending=window.fresh.is_pending(each.metric_ids, first_on, window.last_on),
    )


def _card(window: _Window, index: int) -> KpiCard:
    now = _current_value(window, index)
    weekly_target = window.every[index].target(window.last_on, 7)
    return KpiCard(
        kpi_id=now.kpi_id,
        key=now.key,
        name=window.every[index].kpi.name,
        unit=now.unit,
        direction=now.direction,
        value=now.value,
        previous_value=window.amount(index, WEEKS - WINDOW_WEEKS, WINDOW_WEEKS).value,
        n=now.n,
        target=now.target,
        status=now.status,
        sparkline=[window.amount(index, week, 1).value for week in range(1, WEEKS + 1)],
        weekly_target=weekly_target.value if weekly_target else None,
        fresh_through=now.fresh_through,
        pending=now.pending,
    )
