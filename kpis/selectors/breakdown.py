"""A KPI of a stretch of days by team, member or label."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kpis.cellsql import Source
from kpis.choices import Status
from kpis.models import Kpi
from kpis.selectors.amounts import Amount
from kpis.selectors.asking import (
    Consistency,
    Narrowing,
    is_pending,
    kpi_asked,
    refuse_bad_span,
    scope_of,
    source_of,
)
from kpis.selectors.calendar import Period
from kpis.selectors.definitions import DefinedKpi
from kpis.selectors.evaluating import Asked, evaluate
from kpis.selectors.freshness import freshness
from kpis.selectors.privacy import hides_small_groups, shown
from kpis.selectors.totals import By, Slice
from people.models import Membership, Team

MOST_SLICES = 200


@dataclass(frozen=True, slots=True)
class BreakdownPart:
    """The KPI over the facts of one team, member or label; id 0 and no name are the facts without any.

    Of a small group that stays anonymous only the name is told.
    """

    id: int | None
    name: str
    value: Decimal | None
    n: int
    numerator: Decimal | None
    denominator: Decimal | None
    low: Decimal | None
    high: Decimal | None
    status: Status
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The parts of a KPI, those with most facts first; `left_out` more were too many to tell."""

    kpi: Kpi
    by: By
    period: Period
    whole: Amount
    parts: list[BreakdownPart]
    left_out: int
    pending: bool


def breakdown(
    actor: Membership,
    key: str,
    by: By,
    first_on: date,
    last_on: date,
    *,
    team_id: int | None = None,
    member_id: int | None = None,
    label: str = "",
    as_of: datetime | None = None,
    definition: int | None = None,
    consistency: Consistency = Consistency.CELLS,
) -> Breakdown:
    """The KPI of these days, both ends included, whole and by its parts. Teams are those stamped on the facts."""
    refuse_bad_span(first_on, last_on)
    defined = kpi_asked(actor, key, definition=definition, as_of=as_of)
    narrowing = Narrowing(team_id, member_id, label)
    source = source_of(consistency, as_of)
    whole_scope, _tree = scope_of(actor, narrowing, source=source, as_of=as_of)
    parts_scope, _tree = scope_of(actor, narrowing, source=source, as_of=as_of, by=by)
    published = (actor.organization_id, as_of) if as_of is not None else None
    fresh = freshness(defined.metric_ids, source=source, published=published)
    asked = [Asked(defined, (Period(first_on, last_on),))]
    (whole,) = evaluate(asked, whole_scope, fresh.begun, fresh.read_at)
    (slices,) = evaluate(asked, parts_scope, fresh.begun, fresh.read_at)
    amounts = {place: amounts[0] for place, amounts in slices.by_slice.items()}
    most = sorted(amounts, key=lambda place: (-amounts[place].n, str(place)))
    names = _names(actor, by, most[:MOST_SLICES])

    def hides_small(place: Slice) -> bool:
        member = place if by is By.MEMBER and isinstance(place, int) else member_id
        return hides_small_groups(actor, defined, member or None)

    return Breakdown(
        kpi=defined.kpi,
        by=by,
        period=asked[0].periods[0],
        whole=shown(whole.whole[0], hides_small=hides_small_groups(actor, defined, member_id)),
        parts=[
            _part(defined, place, names.get(place, ""), amounts[place], hides_small=hides_small(place))
            for place in most[:MOST_SLICES]
        ],
        left_out=max(len(most) - MOST_SLICES, 0),
        pending=source is Source.CELLS and is_pending(defined, fresh, first_on, last_on),
    )


def _part(kpi: DefinedKpi, place: Slice, name: str, amount: Amount, *, hides_small: bool) -> BreakdownPart:
    told = shown(amount, hides_small=hides_small)
    return BreakdownPart(
        id=place if isinstance(place, int) else None,
        name=name,
        value=told.value,
        n=told.n,
        numerator=told.numerator,
        denominator=told.denominator,
        low=told.low,
        high=told.high,
        status=kpi.status(told.value, told.n, None),
        is_hidden=told is not amount,
    )


def _names(actor: Membership, by: By, places: Iterable[Slice]) -> dict[Slice, str]:
    if by is By.LABEL:
        return {place: str(place) for place in places}
    ids = [place for place in places if isinstance(place, int)]
    rows: Iterable[Team | Membership]
    if by is By.TEAM:
        rows = Team.objects.visible_to(actor).filter(pk__in=ids)
    else:
        rows = Membership.objects.visible_to(actor).filter(pk__in=ids).select_related("user")
    return {row.pk: str(row) for row in rows}
