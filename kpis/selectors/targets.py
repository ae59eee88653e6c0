"""What a KPI should be at a time, and where a value stands against it: the one rule for every page and answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.choices import Aggregate, Direction, Status, TargetPeriod, TargetShape
from kpis.models import KpiTarget
from kpis.selectors.calendar import Calendar, Period, period_around

MICRO = Decimal("0.000001")
# Aggregates that grow with the length of the period, so that their target does.
GROWING = frozenset({Aggregate.SUM, Aggregate.COUNT})


@dataclass(frozen=True, slots=True)
class Target:
    """A target and the limit up to which a value still counts as near it; upper edges where it has two."""

    value: Decimal
    near: Decimal
    upper: Decimal | None = None
    near_upper: Decimal | None = None


def target_in(
    targets: Sequence[KpiTarget], period: Period, aggregate: Aggregate, calendar: Calendar
) -> Target | None:
    """The target for a period, as of its last day; `targets` are newest first.

    A line runs by days from its own value to that of the next target. A sum or count gets the share of the period in
    the stretch that the target is for, as long as that is on that day.
    """
    on = period.ends_on
    place = next((index for index, target in enumerate(targets) if target.starts_on <= on), None)
    if place is None:
        return None
    found = targets[place]
    edges = _edges(found, period, aggregate, calendar)
    if found.shape == TargetShape.LINE and place > 0:
        following = targets[place - 1]
        way = Decimal((on - found.starts_on).days) / (following.starts_on - found.starts_on).days
        edges = _between(edges, _edges(following, period, aggregate, calendar), way)
    value, near, upper, near_upper = (None if edge is None else edge.quantize(MICRO) for edge in edges)
    return None if value is None or near is None else Target(value, near, upper, near_upper)


def status_of(direction: str, minimum_n: int, value: Decimal | None, n: int, target: Target | None) -> Status:
    """Where a value stands; too few data points are never judged."""
    if value is None or n < minimum_n:
        return Status.TOO_FEW
    if target is None:
        return Status.NO_TARGET
    if direction == Direction.BETWEEN:
        return _status_between(value, target)
    sign = 1 if direction == Direction.UP else -1
    if sign * value >= sign * target.value:
        return Status.ON_TARGET
    return Status.NEAR if sign * value >= sign * target.near else Status.OFF_TARGET


def _status_between(value: Decimal, target: Target) -> Status:
    if target.upper is None or target.near_upper is None:
        return Status.NO_TARGET
    if target.value <= value <= target.upper:
        return Status.ON_TARGET
    return Status.NEAR if target.near <= value <= target.near_upper else Status.OFF_TARGET


def _edges(
    target: KpiTarget, period: Period, aggregate: Aggregate, calendar: Calendar
) -> list[Decimal | None]:
    edges = [target.value, target.near, target.upper, target.near_upper]
    if aggregate not in GROWING:
        return edges
    part = period.days / period_around(period.ends_on, TargetPeriod(target.period), calendar).days
    return [None if edge is None else edge * part for edge in edges]


def _between(
    start: Iterable[Decimal | None], end: Iterable[Decimal | None], way: Decimal
) -> list[Decimal | None]:
    return [
        first if first is None or last is None else first + (last - first) * way
        for first, last in zip(start, end, strict=True)
    ]


def in_force(targets: Iterable[KpiTarget], day: date) -> KpiTarget | None:
    """The target that holds on a day; `targets` are newest first."""
    return next((target for target in targets if target.starts_on <= day), None)
