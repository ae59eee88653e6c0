"""The value of each KPI now: over the last 28 complete local days."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse

from common.errors import NotVisible
from kpis.analysis.limits import Limits, natural_limits
from kpis.choices import Status, Unit
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
WINDOW_DAYS = 28
WHOLE = 100


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
    first_on: date | None = None

    @property
    def beyond_target(self) -> Decimal | None:
        """How far the value lies above the target, below it where negative."""
        return None if self.value is None or self.target is None else self.value - self.target

    @property
    def is_above_whole(self) -> bool:
        """A quotient of more than 100 %: what is counted is not part of what it is divided by."""
        return self.unit == Unit.PERCENT and self.value is not None and self.value > WHOLE

    @property
    def limits(self) -> Limits | None:
        """Between which values the weeks of the sparkline have moved."""
        return natural_limits([None if value is None else float(value) for value in self.sparkline])

    @property
    def url(self) -> str:
        """The KPI's own page."""
        return reverse("kpis:detail", args=[self.key])


def cards(
    actor: Membership, on: date | None = None, *, archived: bool = False, with_weeks: bool = True
) -> list[KpiCard]:
    """A card for every KPI in use, or every archived one, as of the day `on` (today); three queries for any number.

    Without the weeks, which cost the most, sparklines are empty.
    """
    every = defined_kpis(Kpi.objects.visible_to(actor).filter(archived_at__isnull=not archived))
    return _cards(every, on, with_weeks=with_weeks)


@dataclass(frozen=True, slots=True)
class KpiBoard:
    """A card for each KPI in use over the days asked for, and the present values of all KPIs by id."""

    cards: list[KpiCard]
    values: dict[int, CurrentValue]


def kpi_board(
    actor: Membership, *, last_on: date, days: int, team_ids: frozenset[int] | None, besides: Collection[int]
) -> KpiBoard:
    """Cards over the `days` complete days up to `last_on`, of some teams or all; values as `current_values` tells them.

    Values are of the KPIs in use and of those of the ids `besides`. Three queries for any number, four with teams.
    """
    wanted = Kpi.objects.visible_to(actor).filter(Q(archived_at__isnull=True) | Q(pk__in=list(besides)))
    every = defined_kpis(wanted)
    windows, current = _windows(every, None, last_on=last_on, days=days), _windows(every, None)
    if not windows:
        return KpiBoard([], {})
    fresh, whole = _freshness(every), Scope()
    asked = [Asked(each.kpi, each.spans) for each in windows] + [
        Asked(each.kpi, each.weeks) for each in windows
    ]
    now = [Asked(each.kpi, each.spans) for each in current]
    if team_ids is None:
        found = evaluate([*asked, *now], whole, fresh.begun, fresh.read_at)
    else:
        found = evaluate(asked, Scope(team_ids=team_ids), fresh.begun, fresh.read_at)
        found += evaluate(now, whole, fresh.begun, fresh.read_at)
    size = len(windows)
    cards = [
        _card(window, spans.whole, [each.value for each in weeks.whole], fresh, is_part=team_ids is not None)
        for window, spans, weeks in zip(windows, found[:size], found[size : 2 * size], strict=True)
        if window.kpi.kpi.archived_at is None
    ]
    values = {
        window.kpi.kpi.pk: _current_value(window, spans.whole[1], fresh)
        for window, spans in zip(current, found[2 * size :], strict=True)
    }
    return KpiBoard(cards, values)


def kpi_card(
    actor: Membership, key: str, on: date | None = None, *, with_weeks: bool = True
) -> tuple[KpiCard, DefinedKpi]:
    """The card of one KPI and what it is computed by; refuses an unknown key."""
    every = defined_kpis(Kpi.objects.visible_to(actor).filter(key=key))
    if not every:
        raise NotVisible
    return _cards(every, on, with_weeks=with_weeks)[0], every[0]


def current_values(
    organization_id: int, kpi_ids: Iterable[int], on: date | None = None
) -> dict[int, CurrentValue]:
    """The same numbers as on the cards, for some KPIs of the organization, by id; three queries for any number."""
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
    """The last day that a KPI can be told of; the days asked for, and 52 weeks, end with it.

    `spans` are those days after the ones they are compared with: as many, whole weeks earlier, on the same weekdays.
    """

    kpi: DefinedKpi
    last_on: date
    days: int = WINDOW_DAYS

    @property
    def spans(self) -> tuple[Period, Period]:
        first_on = self.last_on - (self.days - 1) * ONE_DAY
        before = -(-self.days // 7) * WEEK
        return Period(first_on - before, self.last_on - before), Period(first_on, self.last_on)

    @property
    def weeks(self) -> tuple[Period, ...]:
        ends = (self.last_on - step * WEEK for step in reversed(range(WEEKS)))
        return tuple(Period(end - WEEK + ONE_DAY, end) for end in ends)


def _windows(
    every: Sequence[DefinedKpi], on: date | None, *, last_on: date = date.max, days: int = WINDOW_DAYS
) -> list[_Window]:
    if not every:
        return []
    yesterday = (on or today(every[0].kpi.organization)) - ONE_DAY
    return [
        _Window(each, min(last_on, yesterday - timedelta(days=each.matures_after_days)), days)
        for each in every
    ]


def _freshness(every: Sequence[DefinedKpi]) -> Freshness:
    return freshness({metric_id for each in every for metric_id in each.metric_ids})


def _cards(every: Sequence[DefinedKpi], on: date | None, *, with_weeks: bool) -> list[KpiCard]:
    windows = _windows(every, on)
    if not windows:
        return []
    fresh = _freshness(every)
    asked = [Asked(window.kpi, window.spans) for window in windows]
    asked += [Asked(window.kpi, window.weeks) for window in windows if with_weeks]
    found = evaluate(asked, Scope(), fresh.begun, fresh.read_at)
    lines = [[each.value for each in weeks.whole] for weeks in found[len(windows) :]]
    return [
        _card(window, span.whole, line, fresh)
        for window, span, line in zip(windows, found, lines or [[] for _each in windows], strict=False)
    ]


def _current_value(window: _Window, now: Amount, fresh: Freshness, *, is_part: bool = False) -> CurrentValue:
    """Where only a part of the organization is asked for, what grows with it has no target."""
    each, span = window.kpi, window.spans[1]
    grows = each.definition.aggregate in GROWING
    target = None if is_part and grows else each.target(span)
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
        grows=grows,
    )


def _card(
    window: _Window,
    spans: Sequence[Amount],
    sparkline: list[Decimal | None],
    fresh: Freshness,
    *,
    is_part: bool = False,
) -> KpiCard:
    now = _current_value(window, spans[1], fresh, is_part=is_part)
    weekly_target = None if is_part and now.grows else window.kpi.target(window.weeks[-1])
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
        first_on=window.spans[1].starts_on,
    )
