"""Arithmetic of dirty days: which come first, and which can be taken together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)
Range = tuple[int, date, date]


@dataclass(frozen=True, slots=True)
class Claim:
    """Days of a metric taken from the dirty log, why they are dirty and since when."""

    metric_id: int
    first_on: date
    last_on: date
    reason: str
    logged_at: datetime


def merged(claims: Iterable[Claim]) -> list[Claim]:
    """The same days for the same reasons, without overlaps within a reason; each as old as the oldest of its parts."""
    islands: list[Claim] = []
    for claim in sorted(claims, key=lambda each: (each.metric_id, each.reason, each.first_on)):
        last = islands[-1] if islands else None
        if last and (last.metric_id, last.reason) == (claim.metric_id, claim.reason) and _touch(last, claim):
            islands[-1] = replace(
                last,
                last_on=max(last.last_on, claim.last_on),
                logged_at=min(last.logged_at, claim.logged_at),
            )
        else:
            islands.append(claim)
    return islands


def ranges_of(claims: Iterable[Claim]) -> list[Range]:
    """Their days, whatever the reason, without overlaps; by their first day, because facts of one time lie together."""
    by_metric: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for claim in sorted(claims, key=lambda each: each.first_on):
        islands = by_metric[claim.metric_id]
        if islands and claim.first_on <= islands[-1][1] + ONE_DAY:
            islands[-1] = (islands[-1][0], max(claim.last_on, islands[-1][1]))
        else:
            islands.append((claim.first_on, claim.last_on))
    ranges = [(metric_id, *island) for metric_id, islands in by_metric.items() for island in islands]
    return sorted(ranges, key=lambda each: each[1])


def horizon(claims: Iterable[Claim], room: int) -> date:
    """The earliest day from which on the claims have at most `room` days of metrics, but at least their last day."""
    steps: Counter[int] = Counter()
    for _metric_id, first_on, last_on in ranges_of(claims):
        steps[last_on.toordinal()] += 1
        steps[first_on.toordinal() - 1] -= 1
    active, until = 0, 0
    for day in sorted(steps, reverse=True):
        if active and active * (until - day) > room:
            return date.fromordinal(min(until - room // active + 1, until))
        room -= active * (until - day)
        active, until = active + steps[day], day
    return date.fromordinal(until + 1)


def clipped(claims: Sequence[Claim], first_on: date) -> tuple[list[Claim], list[Claim]]:
    """The part of the claims from that day on, and the part before it."""
    since = [
        each if each.first_on >= first_on else replace(each, first_on=first_on)
        for each in claims
        if each.last_on >= first_on
    ]
    before = [
        each if each.last_on < first_on else replace(each, last_on=first_on - ONE_DAY)
        for each in claims
        if each.first_on < first_on
    ]
    return since, before


def days_of(claims: Iterable[Claim]) -> int:
    """How many days of metrics they are."""
    return sum((last_on - first_on).days + 1 for _metric_id, first_on, last_on in ranges_of(claims))


def columns_of(claims: Sequence[Claim]) -> dict[str, Any]:
    """One list for each column."""
    return {
        "metrics": [each.metric_id for each in claims],
        "firsts": [each.first_on for each in claims],
        "lasts": [each.last_on for each in claims],
        "reasons": [each.reason for each in claims],
        "times": [each.logged_at for each in claims],
    }


def _touch(earlier: Claim, later: Claim) -> bool:
    return later.first_on <= earlier.last_on + ONE_DAY
