"""Cells merged by periods, for any number of definitions in one statement, whatever they are read from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import connection

from kpis.cellsql import MERGE, Source, cells_of, spans

ZERO = Decimal(0)
Slice = int | str | None
# Bucket 1 begins at the first bound of a part, bucket 0 holds all earlier days.
TOTALS = """
WITH p AS MATERIALIZED (
    SELECT part, metric_id, label, first_on, last_on, bounds::{place_type}[] AS bounds
    FROM unnest(%(parts)s::int[], %(part_metrics)s::bigint[], %(labels)s::text[], %(part_firsts)s::date[],
        %(part_lasts)s::date[], %(bounds)s::text[]) AS u(part, metric_id, label, first_on, last_on, bounds)
)
SELECT p.part, width_bucket(c.{place}, p.bounds) AS bucket, {slice} AS slice, {columns}
FROM p JOIN {cells} AS c ON c.metric_id = p.metric_id AND c.day >= p.first_on AND c.day <= p.last_on
WHERE true{narrowed}
GROUP BY 1, 2, 3
"""
# One part alone, as most series are: planned in half the time, because nothing is joined.
TOTALS_OF_ONE = """
SELECT 0 AS part, width_bucket(c.{place}, %(bounds)s::{place_type}[]) AS bucket, {slice} AS slice, {columns}
FROM {cells} AS c WHERE c.metric_id = %(metric)s AND c.day >= %(first_on)s AND c.day <= %(last_on)s{narrowed}
GROUP BY 2, 3
"""
# Only what is asked for: the planner takes each of these for a far stricter filter than it is.
NARROWED = {
    "own_label": " AND (p.label = '' OR c.label = p.label)",
    "one_label": " AND c.label = %(own_label)s",
    "teams": " AND c.team_id = ANY(%(teams)s)",
    "member": " AND c.member_id = %(member)s",
    "label": " AND c.label = %(label)s",
}
# What every definition needs, and what some need beside it.
ALWAYS = ("n", "total", "version")


class By(Enum):
    """What a KPI can be broken down by."""

    TEAM = "team"
    MEMBER = "member"
    LABEL = "label"


SLICES = {None: "NULL::bigint", By.TEAM: "c.team_id", By.MEMBER: "c.member_id", By.LABEL: "c.label"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which facts count, and what they are read from; `by` keeps the facts of each team, member or label apart."""

    source: Source = Source.CELLS
    team_ids: frozenset[int] | None = None
    member_id: int | None = None
    label: str = ""
    as_of: datetime | None = None
    by: By | None = None
    hours: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The facts of one metric and label, merged between ascending bounds; the days from None are all earlier ones."""

    metric_id: int
    label: str
    bounds: tuple[date | datetime, ...]
    first_on: date | None
    last_on: date
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Totals:
    """The merged state of some cells of one metric; `sketches` are the values and counts of each cell."""

    n: int = 0
    total: Decimal = ZERO
    version: int = 0
    squares: Decimal | None = None
    smallest: Decimal | None = None
    largest: Decimal | None = None
    last: tuple[Decimal, Decimal] | None = None
    scores: tuple[int, ...] = ()
    sketches: tuple[list[Any], list[Any]] = field(default=([], []), repr=False)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.n + other.n,
            self.total + other.total,
            max(self.version, other.version),
            _of_known(sum_of, self.squares, other.squares),
            _of_known(min, self.smallest, other.smallest),
            _of_known(max, self.largest, other.largest),
            _of_known(max, self.last, other.last),
            tuple(map(sum, zip(self.scores, other.scores, strict=True)))
            if self.scores and other.scores
            else self.scores or other.scores,
            (self.sketches[0] + other.sketches[0], self.sketches[1] + other.sketches[1]),
        )


Buckets = dict[Slice, dict[int, Totals]]


def merged(parts: Sequence[Part], scope: Scope) -> list[Buckets]:
    """The totals of each part by slice and number of the bound they follow; one query for all."""
    found: list[Buckets] = [{} for _ in parts]
    if not parts:
        return found
    needs = sorted(frozenset().union(*(part.needs for part in parts)))
    with connection.cursor() as cursor:
        cursor.execute(_sql(parts, scope, [*ALWAYS, *needs]), _parameters(parts, scope))
        for part, bucket, key, *state in cursor.fetchall():
            found[part].setdefault(key, {})[bucket] = _totals(needs, state)
    return found


def sum_of(first: Decimal, second: Decimal) -> Decimal:
    """Both together."""
    return first + second


def _of_known(choose: Callable[..., Any], first: Any, second: Any) -> Any:
    if first is None or second is None:
        return second if first is None else first
    return choose(first, second)


def _sql(parts: Sequence[Part], scope: Scope, columns: Iterable[str]) -> str:
    is_one, has_labels = len(parts) == 1, any(part.label for part in parts)
    asked = {
        "own_label": has_labels and not is_one,
        "one_label": has_labels and is_one,
        "teams": scope.team_ids is not None,
        "member": scope.member_id is not None,
        "label": scope.label,
    }
    return (TOTALS_OF_ONE if is_one else TOTALS).format(
        place="hour" if scope.hours else "day",
        place_type="timestamptz" if scope.hours else "date",
        slice=SLICES[scope.by],
        columns=", ".join(MERGE[name] for name in columns),
        cells=cells_of(scope.source, hours=scope.hours),
        narrowed="".join(text for name, text in NARROWED.items() if asked[name]),
    )


def _parameters(parts: Sequence[Part], scope: Scope) -> dict[str, Any]:
    return {
        **spans(_spans(parts)),
        **(_of_one(parts[0]) if len(parts) == 1 else _of_all(parts)),
        "teams": sorted(scope.team_ids or ()),
        "member": scope.member_id,
        "label": scope.label,
        "as_of": scope.as_of,
    }


def _of_one(part: Part) -> dict[str, Any]:
    return {
        "metric": part.metric_id,
        "own_label": part.label,
        "first_on": part.first_on or date.min,
        "last_on": part.last_on,
        "bounds": _bounds(part),
    }


def _of_all(parts: Sequence[Part]) -> dict[str, Any]:
    return {
        "parts": list(range(len(parts))),
        "part_metrics": [part.metric_id for part in parts],
        "labels": [part.label for part in parts],
        "part_firsts": [part.first_on or date.min for part in parts],
        "part_lasts": [part.last_on for part in parts],
        "bounds": [_bounds(part) for part in parts],
    }


def _bounds(part: Part) -> str:
    """The text of an array: cheaper than as many parameters."""
    return "{" + ",".join(bound.isoformat() for bound in part.bounds) + "}"


def _spans(parts: Iterable[Part]) -> list[tuple[int, date | None, date]]:
    """Each metric once, with all days that any part of it reads."""
    spanned: dict[int, tuple[date, date]] = {}
    for part in parts:
        first = part.first_on or date.min
        before, after = spanned.get(part.metric_id, (first, part.last_on))
        spanned[part.metric_id] = min(before, first), max(after, part.last_on)
    return [
        (metric_id, None if first == date.min else first, last)
        for metric_id, (first, last) in spanned.items()
    ]


def _totals(needs: Sequence[str], state: Sequence[Any]) -> Totals:
    n, total, version = state[: len(ALWAYS)]
    more = dict(zip(needs, state[len(ALWAYS) :], strict=True))
    return Totals(
        n=int(n),
        total=total,
        version=version or 0,
        squares=more.get("squares"),
        smallest=more.get("smallest"),
        largest=more.get("largest"),
        last=tuple(more["last"]) if more.get("last") else None,
        scores=tuple(more.get("score_counts") or ()),
        sketches=(more.get("sketch_values") or [], more.get("sketch_counts") or []),
    )
