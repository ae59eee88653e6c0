"""How far a goal is, and whether that is far enough for today."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from goals.choices import Pace

ON_PACE_SLACK = Decimal("0.10")
BEHIND_SLACK = Decimal("0.25")
REACHED = Decimal(1)
_STEP = Decimal("0.0001")


def way_covered(start: Decimal, target: Decimal, current: Decimal | None) -> Decimal | None:
    """The share of the way from `start` to `target`, up or down, 0 to 1. None where not measured."""
    if current is None:
        return None
    share = (current - start) / (target - start)
    return min(max(share, Decimal(0)), REACHED).quantize(_STEP)


def weighted_progress(parts: Iterable[tuple[Decimal | None, int]]) -> Decimal | None:
    """Weighted mean of (progress, weight) parts, 0 to 1. One not measured counts as 0; None where none is."""
    known = list(parts)
    if all(progress is None for progress, _weight in known):
        return None
    total = sum(weight for _progress, weight in known)
    covered = sum(((progress or Decimal(0)) * weight for progress, weight in known), Decimal(0))
    return (covered / total).quantize(_STEP)


def elapsed_share(starts_on: date, ends_on: date, today: date) -> Decimal:
    """The share of the period's days, first and last included, that are over before `today`, 0 to 1."""
    days = (ends_on - starts_on).days + 1
    over = min(max((today - starts_on).days, 0), days)
    return (Decimal(over) / days).quantize(_STEP)


def even_advance(progress: Decimal | None, elapsed: Decimal) -> Decimal | None:
    """Where `progress` will end if it goes on as evenly as it has, 0 to 1; 1 before the period's first day is over."""
    if progress is None:
        return None
    if elapsed == 0:
        return REACHED
    return min(progress / elapsed, REACHED).quantize(_STEP)


def pace_of(progress: Decimal | None, elapsed: Decimal, expected: Decimal | None = None) -> Pace:
    """Progress against the elapsed share of the period, both 0 to 1, as if a goal advanced evenly.

    Reached at 1; on pace down to 0.10 below the elapsed share; behind down to 0.25 below it; else at risk. Where the
    progress at the end is `expected` by forecasts to be nearer to 1 than that, this counts.
    """
    if progress is None:
        return Pace.UNKNOWN
    if progress >= REACHED:
        return Pace.DONE
    lacking = elapsed - progress
    if expected is not None:
        lacking = min(lacking, REACHED - expected)
    if lacking <= ON_PACE_SLACK:
        return Pace.ON_PACE
    return Pace.BEHIND if lacking <= BEHIND_SLACK else Pace.AT_RISK
