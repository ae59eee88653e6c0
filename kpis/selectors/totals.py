"""Day cells merged into periods, for any number of KPIs in one query."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from kpis.choices import Aggregate, Grain
from kpis.models import KpiDefinition

ZERO = Decimal(0)
MICRO = Decimal("0.000001")
# A balance needs the sum of all earlier days: they come as one group without a period.
PERIOD_START = {
    Grain.DAY: "c.day",
    Grain.WEEK: "c.day - (extract(isodow FROM c.day)::int - %(week_start)s + 7) %% 7",
    Grain.MONTH: "date_trunc('month', c.day)::date",
}
TOTALS = """
SELECT p.part, CASE WHEN c.day >= %(first)s THEN {start} END AS starts_on,
    sum(c.n), sum(c.total), min(c.smallest), max(c.largest),
    max(ARRAY[extract(epoch FROM c.last_at), c.last_value]) FILTER (WHERE c.n > 0),
    sum(CASE WHEN p.least IS NOT NULL THEN (SELECT sum(s) FROM unnest(c.score_counts[p.least + 1:]) AS s) END),
    max(c.version)
FROM unnest(%(parts)s::int[], %(metrics)s::bigint[], %(labels)s::text[], %(leasts)s::int[], %(balances)s::bool[])
    AS p(part, metric_id, label, least, balance)
JOIN kpis_daycell AS c ON c.metric_id = p.metric_id AND c.day <= %(last)s
    AND (c.day >= %(first)s OR p.balance) AND (p.label = '' OR c.label = p.label)
    AND (%(team)s::bigint IS NULL OR c.team_id = %(team)s)
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Totals:
    """The merged state of some day cells of one metric."""

    n: int = 0
    total: Decimal = ZERO
    smallest: Decimal | None = None
    largest: Decimal | None = None
    last: tuple[Decimal, Decimal] | None = None
    scored: int = 0
    version: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.n + other.n,
            self.total + other.total,
            min((each for each in (self.smallest, other.smallest) if each is not None), default=None),
            max((each for each in (self.largest, other.largest) if each is not None), default=None),
            max((each for each in (self.last, other.last) if each is not None), default=None),
            self.scored + other.scored,
            max(self.version, other.version),
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """What a definition says about one period: the value with what it was made of."""

    value: Decimal | None
    n: int
    numerator: Decimal | None
    denominator: Decimal | None
    version: int


@dataclass(slots=True)
class PeriodTotals:
    """Totals of each definition's metric and denominator by the first day of the period; None is all earlier days."""

    by_part: dict[int, dict[date | None, Totals]] = field(default_factory=dict)

    def of(self, index: int, starts_on: date | None) -> Totals:
        """The metric of the definition at `index`."""
        return self.by_part.get(2 * index, {}).get(starts_on, Totals())

    def denominator(self, index: int, starts_on: date | None) -> Totals:
        """The denominator of the definition at `index`."""
        return self.by_part.get(2 * index + 1, {}).get(starts_on, Totals())


def period_totals(
    definitions: Sequence[KpiDefinition],
    grain: Grain,
    week_start: int,
    first_on: date,
    last_on: date,
    *,
    team_id: int | None = None,
) -> PeriodTotals:
    """The cells of the days from `first_on` to `last_on`, merged by period; one query for all definitions."""
    result = PeriodTotals()
    parts = [
        *(
            (2 * i, d.metric_id, d.label, d.least_score, d.aggregate == Aggregate.BALANCE)
            for i, d in enumerate(definitions)
        ),
        *(
            (2 * i + 1, d.denominator_id, "", None, False)
            for i, d in enumerate(definitions)
            if d.denominator_id
        ),
    ]
    if not parts:
        return result
    numbers, metrics, labels, leasts, balances = map(list, zip(*parts, strict=True))
    parameters: dict[str, Any] = {
        "parts": numbers,
        "metrics": metrics,
        "labels": labels,
        "leasts": leasts,
        "balances": balances,
        "first": first_on,
        "last": last_on,
        "team": team_id,
        "week_start": week_start,
    }
    with connection.cursor() as cursor:
        cursor.execute(TOTALS.format(start=PERIOD_START[grain]), parameters)
        for part, starts_on, n, total, smallest, largest, last, scored, version in cursor.fetchall():
            found = Totals(int(n), total, smallest, largest, last and tuple(last), int(scored or 0), version)
            result.by_part.setdefault(part, {})[starts_on] = found
    return result


def amount(definition: KpiDefinition, own: Totals, below: Totals, *, empty_is_zero: bool = False) -> Amount:
    """The definition's value for these totals; for a balance, `own` holds all days so far.

    A sum or a count without a single fact is None, or 0 where the caller knows that facts were being collected.
    """
    aggregate = Aggregate(definition.aggregate)
    top, bottom = _parts(aggregate, own, below)
    n = below.n if aggregate == Aggregate.RATIO else own.n
    value: Decimal | None = None
    if bottom is not None:
        value = top / bottom if top is not None and bottom else None
    elif n or (empty_is_zero and aggregate in {Aggregate.SUM, Aggregate.COUNT}):
        value = top
    if value is not None:
        value = (definition.scale * value).quantize(MICRO)
    return Amount(value, n, top, bottom, max(own.version, below.version))


def _parts(aggregate: Aggregate, own: Totals, below: Totals) -> tuple[Decimal | None, Decimal | None]:
    """What is divided, and by what; None where nothing is."""
    match aggregate:
        case Aggregate.MEAN:
            parts = own.total, Decimal(own.n)
        case Aggregate.SHARE:
            parts = Decimal(own.scored), Decimal(own.n)
        case Aggregate.RATIO:
            parts = own.total, below.total
        case _:
            return _single(aggregate, own), None
    return parts


def _single(aggregate: Aggregate, own: Totals) -> Decimal | None:
    match aggregate:
        case Aggregate.COUNT:
            return Decimal(own.n)
        case Aggregate.MIN:
            return own.smallest
        case Aggregate.MAX:
            return own.largest
        case Aggregate.LAST:
            return own.last[1] if own.last else None
        case _:
            return own.total
