"""What a definition says about the facts of one period."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from kpis.analysis.intervals import Interval, mean_interval, nps_interval, rate_interval, share_interval
from kpis.cellsql import percentile
from kpis.choices import RUNNING, Aggregate, Unit
from kpis.models import KpiDefinition
from kpis.selectors.definitions import parsed
from kpis.selectors.targets import GROWING, MICRO
from kpis.selectors.totals import Totals

# Sums of many large values, times a scale, in more digits than any of them has.
DIGITS = 60
PERCENTILES = {Aggregate.P50: 0.5, Aggregate.P90: 0.9}
# Scores of 9 and 10 are promoters, 0 to 6 detractors (Reichheld, HBR December 2003).
LEAST_PROMOTER, MOST_DETRACTOR = 9, 6
# What an aggregate needs of the cells beside n and total.
NEEDS: dict[Aggregate, frozenset[str]] = {
    Aggregate.MEAN: frozenset({"squares", "smallest", "largest"}),
    Aggregate.MIN: frozenset({"smallest"}),
    Aggregate.MAX: frozenset({"largest"}),
    Aggregate.LAST: frozenset({"last"}),
    Aggregate.P50: frozenset({"sketch_values", "sketch_counts"}),
    Aggregate.P90: frozenset({"sketch_values", "sketch_counts"}),
    Aggregate.SHARE: frozenset({"score_counts"}),
    Aggregate.NPS: frozenset({"score_counts"}),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A value, scale x numerator (/ denominator), with its number of facts and, where there is one, 95 % interval."""

    value: Decimal | None
    n: int
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    version: int = 0
    low: Decimal | None = None
    high: Decimal | None = None
    scale: Decimal = Decimal(1)


ABSENT = Amount(None, 0)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is divided, and by what (None: by nothing), the number of facts, and how sure the quotient is."""

    top: Decimal | None
    bottom: Decimal | None
    n: int
    interval: Interval | None = None


def amount(
    definition: KpiDefinition, own: Totals, below: Totals, *, has_begun: bool, ends_at: Decimal
) -> Amount:
    """The definition's value for these totals; for what runs on, they hold all days so far.

    A sum or a count without a single fact is None, or 0 once facts are being collected. `ends_at` is the end of the
    period in epoch seconds.
    """
    aggregate = Aggregate(definition.aggregate)
    with localcontext(prec=DIGITS):
        parts = _parts(definition, aggregate, own, below, ends_at)
        value: Decimal | None = None
        if parts.bottom is not None:
            value = parts.top / parts.bottom if parts.top is not None and parts.bottom else None
        elif parts.n or (has_begun and aggregate in GROWING):
            value = parts.top
        return Amount(
            value=None if value is None else (definition.scale * value).quantize(MICRO),
            n=parts.n,
            numerator=parts.top,
            denominator=parts.bottom,
            version=max(own.version, below.version),
            scale=definition.scale,
            **_bounds(parts.interval, definition.scale),
        )


def formula_amount(definition: KpiDefinition, inputs: Mapping[str, Amount]) -> Amount:
    """The formula over the amounts of one period; as sure as the KPI in it that has the fewest facts."""
    formula = parsed(definition.formula)
    read = [inputs.get(name.key, ABSENT) for name in formula.names]
    value = formula.evaluate({key: each.value for key, each in inputs.items()})
    with localcontext(prec=DIGITS):
        return Amount(
            value=None if value is None else value.quantize(MICRO),
            n=min((each.n for each in read), default=0),
            version=max((each.version for each in read), default=0),
        )


def _bounds(interval: Interval | None, scale: Decimal) -> dict[str, Decimal]:
    if interval is None:
        return {}
    ends = sorted((interval.low * scale, interval.high * scale))
    return {"low": ends[0].quantize(MICRO), "high": ends[1].quantize(MICRO)}


def _parts(
    definition: KpiDefinition, aggregate: Aggregate, own: Totals, below: Totals, ends_at: Decimal
) -> _Parts:
    match aggregate:
        case Aggregate.MEAN:
            return _Parts(own.total, Decimal(own.n), own.n, _mean_interval(own))
        case Aggregate.SHARE:
            hits = _hits(definition, own)
            return _Parts(Decimal(hits), Decimal(own.n), own.n, share_interval(hits, own.n))
        case Aggregate.NPS:
            return _nps(own)
        case Aggregate.RATIO:
            return _Parts(own.total, below.total, below.n, _rate_interval(definition, own, below))
        case Aggregate.AGE:
            return _Parts(ends_at * below.total - own.total, below.total, max(int(below.total), 0))
        case _:
            return _Parts(_single(aggregate, own), None, own.n)


def _mean_interval(own: Totals) -> Interval | None:
    """That of a share where every fact is 0 or 1: only then do numbers between the two equal their squares in sum."""
    is_within = (
        own.smallest is not None and own.smallest >= 0 and own.largest is not None and own.largest <= 1
    )
    if is_within and own.squares == own.total:
        return share_interval(own.total, own.n)
    return mean_interval(own.n, own.total, own.squares or Decimal(0))


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
        case Aggregate.P50 | Aggregate.P90:
            found = percentile(*own.sketches, PERCENTILES[aggregate])
            return None if found is None else Decimal(repr(found))
        case _:
            return own.total


def _hits(definition: KpiDefinition, own: Totals) -> int:
    """How many scores lie within the limits."""
    least = definition.least_score or 0
    most = len(own.scores) if definition.most_score is None else definition.most_score + 1
    return sum(own.scores[least:most])


def _nps(own: Totals) -> _Parts:
    promoters = sum(own.scores[LEAST_PROMOTER:])
    detractors = sum(own.scores[: MOST_DETRACTOR + 1])
    interval = nps_interval(promoters, own.n - promoters - detractors, detractors)
    # The interval is in points of 100, the quotient is not.
    shares = Interval(interval.low / 100, interval.high / 100) if interval else None
    return _Parts(Decimal(promoters - detractors), Decimal(own.n), own.n, shares)


def _rate_interval(definition: KpiDefinition, own: Totals, below: Totals) -> Interval | None:
    """That of a rate of events; sums of anything but counts have no known spread."""
    metrics = (definition.metric, definition.denominator)
    if own.total < 0 or any(metric is None or metric.unit != Unit.COUNT for metric in metrics):
        return None
    return rate_interval(own.total, below.total)


def runs_on(definition: KpiDefinition) -> bool:
    """Whether all earlier days count."""
    return definition.aggregate in RUNNING
