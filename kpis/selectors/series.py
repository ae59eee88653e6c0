"""A KPI by hour, day, week, month, quarter or year."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from common.errors import InvalidInput
from kpis.cellsql import Source
from kpis.choices import Finality, Grain
from kpis.models import Kpi
from kpis.selectors.amounts import ABSENT, Amount
from kpis.selectors.asking import (
    Compare,
    Consistency,
    Narrowing,
    is_pending,
    kpi_asked,
    refuse_bad_span,
    scope_of,
    source_of,
    spans_of,
)
from kpis.selectors.calendar import ONE_DAY, Period, period_of, periods, today
from kpis.selectors.definitions import DefinedKpi
from kpis.selectors.evaluating import Asked, evaluate
from kpis.selectors.freshness import Freshness, freshness
from kpis.selectors.points import Point, compared_values, point_of
from kpis.selectors.privacy import hides_small_groups, shown
from kpis.selectors.totals import Scope
from people.models import Membership

FOUR_WEEKS = 28 * ONE_DAY


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
    periods: list[Period]
    before: list[Period]
    scope: Scope
    compare: Compare | None
    hides_small: bool
    today: date
    fresh: Freshness
    etag: str


def series(
    actor: Membership, key: str, grain: Grain, first_on: date, last_on: date, **asked: object
) -> Series:
    """The KPI's points from the period of `first_on` to that of `last_on`; asked for as by `series_request`."""
    return read_series(series_request(actor, key, grain, first_on, last_on, **asked))  # type: ignore[arg-type] # passed on


def series_request(
    actor: Membership,
    key: str,
    grain: Grain,
    first_on: date,
    last_on: date,
    *,
    team_id: int | None = None,
    member_id: int | None = None,
    label: str = "",
    as_of: datetime | None = None,
    definition: int | None = None,
    consistency: Consistency = Consistency.CELLS,
    compare: Compare | None = None,
) -> SeriesRequest:
    """The request with its ETag; nothing of the cells is read but their newest version. Refuses what cannot be."""
    refuse_bad_span(first_on, last_on, grain)
    defined = kpi_asked(actor, key, definition=definition, as_of=as_of)
    _refuse_impossible(defined, grain, as_of, compare)
    narrowing = Narrowing(team_id, member_id, label)
    hours = grain == Grain.HOUR
    scope, tree = scope_of(actor, narrowing, source=source_of(consistency, as_of), as_of=as_of, hours=hours)
    now = as_of.astimezone(defined.calendar.zone).date() if as_of else today(defined.kpi.organization)
    every, before = _periods(defined, grain, first_on, min(last_on, now), compare)
    fresh = _state(defined, [*before, *every], scope)
    hides_small = hides_small_groups(actor, defined, member_id)
    question = (
        grain,
        first_on,
        last_on,
        narrowing,
        tree,
        as_of,
        definition,
        consistency,
        compare,
        hides_small,
    )
    etag = _etag(defined, every, fresh, now, question)
    return SeriesRequest(defined, grain, every, before, scope, compare, hides_small, now, fresh, etag)


def read_series(request: SeriesRequest) -> Series:
    """The points of the request; one query."""
    defined, fresh = request.defined, request.fresh
    asked = Asked(defined, (*request.before, *request.periods))
    amounts = [ABSENT] * len(asked.periods)
    if request.periods:
        (read,) = evaluate([asked], request.scope, fresh.begun, fresh.read_at)
        amounts = [shown(each, hides_small=request.hides_small) for each in read.whole]
    points = _points(request, asked.periods, amounts)
    last_on = request.periods[-1].ends_on if request.periods else request.today
    in_force = defined.definition_on(last_on) or defined.definition
    return Series(
        kpi=defined.kpi,
        definition_version=in_force.version,
        grain=request.grain,
        points=points,
        etag=request.etag,
        fresh_through=request.scope.as_of or _fresh_through(request),
        pending=any(_is_pending(request, period) for period in request.periods),
    )


def _points(request: SeriesRequest, every: Sequence[Period], amounts: Sequence[Amount]) -> list[Point]:
    skipped = len(request.before)
    finalities = [_finality(request, period) for period in every]
    told = [
        ABSENT if finality in {Finality.MATURING, Finality.UNPUBLISHED} else amount
        for finality, amount in zip(finalities, amounts, strict=True)
    ]
    compared = compared_values(request.compare, told, skipped)
    return [
        point_of(request.defined, period, amount, finality, value)
        for period, amount, finality, value in zip(
            every[skipped:], told[skipped:], finalities[skipped:], compared, strict=True
        )
    ]


def _periods(
    defined: DefinedKpi, grain: Grain, first_on: date, last_on: date, compare: Compare | None
) -> tuple[list[Period], list[Period]]:
    """Those asked for, none of them wholly in the future, and those before them that they are compared with."""
    if first_on > last_on:
        return [], []
    every = list(periods(first_on, last_on, grain, defined.calendar))
    earlier = every[0].starts_on - ONE_DAY
    if compare is Compare.PREVIOUS and grain != Grain.HOUR:
        return every, [period_of(earlier, grain, defined.calendar)]
    if compare is Compare.PREVIOUS:
        return every, list(periods(earlier, earlier, grain, defined.calendar))[-1:]
    if compare is Compare.WEEKDAY:
        return every, list(periods(every[0].starts_on - FOUR_WEEKS, earlier, grain, defined.calendar))
    return every, []


def _refuse_impossible(
    defined: DefinedKpi, grain: Grain, as_of: datetime | None, compare: Compare | None
) -> None:
    if compare is Compare.WEEKDAY and grain != Grain.DAY:
        raise InvalidInput({"compare": [_("Only days are compared with the same weekday.")]})
    if grain != Grain.HOUR:
        return
    if as_of is not None:
        raise InvalidInput({"as_of": [_("Only days are published, hours are not.")]})
    metrics = {metric for leaf in defined.leaves for metric in (leaf.metric, leaf.denominator) if metric}
    missing = sorted(metric.key for metric in metrics if not metric.keeps_hours)
    if missing:
        sentence = _("No hours are kept of %(metrics)s.") % {"metrics": ", ".join(missing)}
        raise InvalidInput({"grain": [sentence]})


def _state(defined: DefinedKpi, every: Sequence[Period], scope: Scope) -> Freshness:
    organization = defined.kpi.organization_id
    if scope.as_of is not None:
        return freshness(defined.metric_ids, published=(organization, scope.as_of))
    spans = spans_of(defined, every[0].starts_on, every[-1].ends_on) if every else []
    return freshness(defined.metric_ids, spans=spans, hours=scope.hours, source=scope.source)


def _fresh_through(request: SeriesRequest) -> datetime:
    if request.scope.source is Source.CELLS:
        return request.fresh.fresh_through(request.defined.metric_ids)
    return request.fresh.read_at


def _is_pending(request: SeriesRequest, period: Period) -> bool:
    if request.scope.source is not Source.CELLS:
        return False
    return is_pending(request.defined, request.fresh, period.starts_on, period.ends_on)


def _finality(request: SeriesRequest, period: Period) -> Finality:
    through_on = request.fresh.through_on
    if request.scope.as_of is not None and (through_on is None or period.ends_on > through_on):
        return Finality.UNPUBLISHED
    waits = request.defined.matures_after_days
    if waits and period.ends_on + timedelta(days=waits) >= request.today:
        return Finality.MATURING
    if _is_pending(request, period):
        return Finality.PENDING
    return Finality.OPEN if _is_open(request, period) else Finality.FINAL


def _is_open(request: SeriesRequest, period: Period) -> bool:
    if period.starts_at is not None:
        return period.starts_at + timedelta(hours=1) > request.fresh.read_at
    return period.ends_on >= request.today


def _etag(
    defined: DefinedKpi, every: Sequence[Period], fresh: Freshness, now: date, question: tuple[object, ...]
) -> str:
    """Names everything that the answer depends on: what was asked, definitions, targets, cells and what waits."""
    definitions = [
        (each.kpi.pk, each.kpi.version, [version.pk for version in each.versions]) for each in defined.closure
    ]
    targets = [
        (each.starts_on, each.shape, each.period, each.value, each.near, each.upper, each.near_upper)
        for each in defined.targets
    ]
    moment: object = min(now, every[-1].ends_on + ONE_DAY) if every else now
    if every and _moves(defined) and every[-1].ends_on >= now:
        moment = fresh.read_at.replace(second=0, microsecond=0)
    begun, newest = sorted(fresh.begun.items()), sorted(fresh.newest.items())
    state = json.dumps(
        [definitions, targets, newest, begun, fresh.waiting_ids, fresh.through_on, moment, question],
        default=str,
    )
    return f'"{sha256(state.encode()).hexdigest()[:32]}"'


def _moves(defined: DefinedKpi) -> bool:
    """Whether the value of a running period changes with the clock alone."""
    return any(leaf.aggregate == "age" for leaf in defined.leaves)
