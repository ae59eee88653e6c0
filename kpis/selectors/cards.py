"""The value of each KPI now: over the last 28 complete local days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.urls import reverse

from common.errors import NotVisible
from kpis.choices import Status
from kpis.models import Kpi
from kpis.selectors.amounts import Amount
from kpis.selectors.asking import is_pending
from kpis.selectors.calendar import ONE_DAY, Period, today
from kpis.selectors.definitions import DefinedKpi, defined_kpis
from kpis.selectors.evaluating import Asked, evaluate
from kpis.selectors.freshness import Freshness, freshness
from kpis.selectors.targets import GROWING
from kpis.selectors.totals import Scope
from people.models import Membership

WEEKS = 52
WEEK = timedelta(days=7)
WINDOW = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class CurrentValue:
    """A KPI's value over its last 28 complete local days; a balance is the one at the end of the last of them.

    Where a period can only be told some days after its end, the 28 days end so many days earlier. What `grows` with
    the length of the period is a sum or a count.
    """

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
    last_on: date
    low: Decimal | None = None
    high: Decimal | None = None
    target_upper: Decimal | None = None
    grows: bool = False


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
    last_on: date
    low: Decimal | None = None
    high: Decimal | None = None
    target_upper: Decimal | None = None

    @property
    def url(self) -> str:
        """The KPI's own page."""
        return reverse("kpis:detail", args=[self.key])


def cards(actor: Membership, on: date | None = None, *, archived: bool = False) -> list[KpiCard]:
    """A card for every KPI in use, or every archived one, as of the day `on` (today); four queries for any number."""
    every = defined_kpis(Kpi.objects.visible_to(actor).filter(archived_at__isnull=not archived))
    return _cards(every, on)


def kpi_card(actor: Membership, key: str, on: date | None = None) -> tuple[KpiCard, DefinedKpi]:
    """The card of one KPI and what it is computed by; refuses an unknown key."""
    every = defined_kpis(Kpi.objects.visible_to(actor).filter(key=key))
    if not every:
        raise NotVisible
    return _cards(every, on)[0], every[0]


def current_values(
    organization_id: int, kpi_ids: Iterable[int], on: date | None = None
) -> dict[int, CurrentValue]:
    """The same numbers as on the cards, for some KPIs of the organization, by id; four queries for any number."""
    every = defined_kpis(Kpi.objects.filter(organization_id=organization_id, pk__in=list(kpi_ids)))
    windows = _windows(every, on)
    fresh = _freshness(every)
    found = evaluate(
        [Asked(window.kpi, window.spans) for window in windows], Scope(), fresh.begun, fresh.read_at
    )
    return {
        window.kpi.kpi.pk: _current_value(window, amounts.whole[1], fresh)
        for window, amounts in zip(windows, found, strict=True)
    }


@dataclass(frozen=True, slots=True)
class _Window:
    """The last day that a KPI can be told of; two spans of 28 days, and 52 weeks, end with it."""

    kpi: DefinedKpi
    last_on: date

    @property
    def spans(self) -> tuple[Period, Period]:
        middle = self.last_on - WINDOW
        return Period(middle - WINDOW + ONE_DAY, middle), Period(middle + ONE_DAY, self.last_on)

    @property
    def weeks(self) -> tuple[Period, ...]:
        ends = (self.last_on - step * WEEK for step in reversed(range(WEEKS)))
        return tuple(Period(end - WEEK + ONE_DAY, end) for end in ends)


def _windows(every: Sequence[DefinedKpi], on: date | None) -> list[_Window]:
    if not every:
        return []
    yesterday = (on or today(every[0].kpi.organization)) - ONE_DAY
    return [_Window(each, yesterday - timedelta(days=each.matures_after_days)) for each in every]


def _freshness(every: Sequence[DefinedKpi]) -> Freshness:
    return freshness({metric_id for each in every for metric_id in each.metric_ids})


def _cards(every: Sequence[DefinedKpi], on: date | None) -> list[KpiCard]:
    windows = _windows(every, on)
    if not windows:
        return []
    fresh = _freshness(every)
    asked = [Asked(window.kpi, window.spans) for window in windows]
    asked += [Asked(window.kpi, window.weeks) for window in windows]
    found = evaluate(asked, Scope(), fresh.begun, fresh.read_at)
    spans, weeks = found[: len(windows)], found[len(windows) :]
    return [
        _card(window, span.whole, [each.value for each in week.whole], fresh)
        for window, span, week in zip(windows, spans, weeks, strict=True)
    ]


def _current_value(window: _Window, now: Amount, fresh: Freshness) -> CurrentValue:
    each, span = window.kpi, window.spans[1]
    target = each.target(span)
    return CurrentValue(
        kpi_id=each.kpi.pk,
        key=each.kpi.key,
        unit=each.kpi.unit,
        direction=each.kpi.direction,
        value=now.value,
        n=now.n,
        target=target.value if target else None,
        status=each.status(now.value, now.n, target),
        fresh_through=fresh.fresh_through(each.metric_ids),
        pending=is_pending(each, fresh, span.starts_on, window.last_on),
        last_on=window.last_on,
        low=now.low,
        high=now.high,
        target_upper=target.upper if target else None,
        grows=each.definition.aggregate in GROWING,
    )


def _card(
    window: _Window, spans: Sequence[Amount], sparkline: list[Decimal | None], fresh: Freshness
) -> KpiCard:
    now = _current_value(window, spans[1], fresh)
    weekly_target = window.kpi.target(window.weeks[-1])
    return KpiCard(
        kpi_id=now.kpi_id,
        key=now.key,
        name=window.kpi.kpi.name,
        unit=now.unit,
        direction=now.direction,
        value=now.value,
        previous_value=spans[0].value,
        n=now.n,
        target=now.target,
        status=now.status,
        sparkline=sparkline,
        weekly_target=weekly_target.value if weekly_target else None,
        fresh_through=now.fresh_through,
        pending=now.pending,
        last_on=now.last_on,
        low=now.low,
        high=now.high,
        target_upper=now.target_upper,
    )
