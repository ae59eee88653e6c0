"""A KPI by day, week or month, read from the day cells."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotVisible
from kpis.choices import Finality, Grain, Status
from kpis.models import DayCell, Kpi
from kpis.selectors.calendar import ONE_DAY, Period, periods, today
from kpis.selectors.definitions import DefinedKpi, defined_kpis
from kpis.selectors.freshness import Freshness, freshness
from kpis.selectors.totals import Amount, PeriodTotals, amount, period_totals
from people.models import Membership, Team

MAX_PERIODS = 1_500
ABSENT = Amount(None, 0, None, None, 0)


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series. `version` grows with every change of a cell below it."""

    starts_on: date
    ends_on: date
    value: Decimal | None
    n: int
    numerator: Decimal | None
    denominator: Decimal | None
    finality: Finality
    version: int
    target: Decimal | None
    status: Status


@dataclass(frozen=True, slots=True)
class Series:
    """The points of a KPI, oldest first, with the ETag of what they were read from."""

    kpi: Kpi
    definition_version: int
    grain: Grain
    points: list[Point]
    etag: str
    fresh_through: datetime
    pending: bool


@dataclass(frozen=True, slots=True)
class SeriesRequest:
    """What was asked for and the state it would be read from: enough for an ETag, without reading a value."""

    defined: DefinedKpi
    grain: Grain
    first_on: date
    last_on: date
    team_id: int | None
    today: date
    fresh: Freshness
    etag: str

    @property
    def periods(self) -> Iterator[Period]:
        """Its periods, none of them wholly in the future."""
        week_start = self.defined.kpi.organization.week_start
        return periods(self.first_on, min(self.last_on, self.today), self.grain, week_start)


def series(
    actor: Membership, key: str, grain: Grain, first_on: date, last_on: date, *, team_id: int | None = None
) -> Series:
    """The KPI's points from the period of `first_on` to that of `last_on`; refuses unknown keys and too long spans."""
    return read_series(series_request(actor, key, grain, first_on, last_on, team_id=team_id))


def series_request(
    actor: Membership, key: str, grain: Grain, first_on: date, last_on: date, *, team_id: int | None = None
) -> SeriesRequest:
    """The request with its ETag; nothing of the cells is read but their newest version."""
    found = defined_kpis(Kpi.objects.visible_to(actor).filter(key=key))
    if not found:
        raise NotVisible
    defined = found[0]
    _refuse_bad_span(grain, first_on, last_on)
    if team_id is not None and not Team.objects.visible_to(actor).filter(pk=team_id).exists():
        raise InvalidInput({"team": [_("There is no such team in your organization.")]})
    week_start = defined.kpi.organization.week_start
    first = next(periods(first_on, first_on, grain, week_start)).starts_on
    last = next(periods(last_on, last_on, grain, week_start)).ends_on
    now = today(defined.kpi.organization)
    fresh = freshness(defined.metric_ids)
    versions = _newest_versions(defined, first, last)
    etag = _etag(defined, fresh, versions, (grain, first, last, team_id, min(now, last + ONE_DAY)))
    return SeriesRequest(defined, grain, first, last, team_id, now, fresh, etag)


def read_series(request: SeriesRequest) -> Series:
    """The points of the request; one query."""
    defined = request.defined
    totals = period_totals(
        [defined.definition],
        request.grain,
        defined.kpi.organization.week_start,
        request.first_on,
        request.last_on,
        team_id=request.team_id,
    )
    return Series(
        kpi=defined.kpi,
        definition_version=defined.definition.version,
        grain=request.grain,
        points=[_point(request, period, made) for period, made in _amounts(request, totals)],
        etag=request.etag,
        fresh_through=request.fresh.fresh_through(defined.metric_ids),
        pending=request.fresh.is_pending(
            defined.metric_ids, None if defined.is_balance else request.first_on, request.last_on
        ),
    )


def _amounts(request: SeriesRequest, totals: PeriodTotals) -> Iterator[tuple[Period, Amount]]:
    """Periods before the first fact have no value; later ones without facts have the value of nothing."""
    definition = request.defined.definition
    running = totals.of(0, None)
    started = running.n > 0
    for period in request.periods:
        own = totals.of(0, period.starts_on)
        below = totals.denominator(0, period.starts_on)
        if request.defined.is_balance:
            running = own = running + own
        started = started or own.n > 0 or below.n > 0
        yield period, amount(definition, own, below, empty_is_zero=True) if started else ABSENT


def _point(request: SeriesRequest, period: Period, made: Amount) -> Point:
    defined = request.defined
    target = defined.target(period.ends_on, period.days)
    return Point(
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        value=made.value,
        n=made.n,
        numerator=made.numerator,
        denominator=made.denominator,
        finality=_finality(request, period),
        version=made.version,
        target=target.value if target else None,
        status=defined.status(made.value, made.n, target),
    )


def _finality(request: SeriesRequest, period: Period) -> Finality:
    first_on = None if request.defined.is_balance else period.starts_on
    if request.fresh.is_pending(request.defined.metric_ids, first_on, period.ends_on):
        return Finality.PENDING
    return Finality.OPEN if period.ends_on >= request.today else Finality.FINAL


def _refuse_bad_span(grain: Grain, first_on: date, last_on: date) -> None:
    if first_on > last_on:
        raise InvalidInput({"from": [_("The first day is after the last one.")]})
    if first_on.year < 1900 or last_on.year > 2200:
        raise InvalidInput({"from": [_("Days must lie between the years 1900 and 2200.")]})
    days_each = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 28}[grain]
    if (last_on - first_on).days // days_each >= MAX_PERIODS:
        raise InvalidInput(
            {"from": [_("Ask for at most %(most)s periods at a time.") % {"most": f"{MAX_PERIODS:,}"}]}
        )


def _newest_versions(defined: DefinedKpi, first_on: date, last_on: date) -> Mapping[int, int]:
    """The newest cell version of each metric: versions of one metric grow in commit order, those of two do not."""
    own = Q(metric_id=defined.definition.metric_id, day__lte=last_on)
    if not defined.is_balance:
        own &= Q(day__gte=first_on)
    below = Q(metric_id=defined.definition.denominator_id, day__range=(first_on, last_on))
    cells = DayCell.objects.filter(own | below if defined.definition.denominator_id else own)
    return dict(cells.order_by().values_list("metric_id").annotate(newest=Max("version")))


def _etag(
    defined: DefinedKpi, fresh: Freshness, versions: Mapping[int, int], asked: tuple[object, ...]
) -> str:
    waiting = sorted((metric, str(first), str(last)) for metric, first, last, _logged_at in fresh.ranges)
    targets = [(str(each.starts_on), str(each.value), str(each.near)) for each in defined.targets]
    definition = (defined.kpi.pk, defined.kpi.version, defined.definition.version)
    state = json.dumps([definition, targets, sorted(versions.items()), waiting, asked], default=str)
    return f'"{sha256(state.encode()).hexdigest()[:32]}"'
