"""What each aggregate says of a list of facts, in plain arithmetic: no cells, no SQL, no code of the engine."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

MICRO = Decimal("0.000001")


@dataclass(frozen=True)
class PlainFact:
    """A fact with the local day it belongs to."""

    metric: str
    day: date
    at: datetime
    value: Decimal
    weight: int
    team_id: int | None
    member_id: int | None
    label: str


def expanded(facts: Iterable[PlainFact]) -> list[Decimal]:
    """The value of each fact as often as it weighs, ascending."""
    return sorted(fact.value for fact in facts for _ in range(fact.weight))


def total(facts: Iterable[PlainFact]) -> Decimal:
    """The sum of all values."""
    return sum(expanded(facts), Decimal(0))


def percentile(facts: Sequence[PlainFact], part: float) -> Decimal | None:
    """As a spreadsheet's PERCENTILE.INC."""
    values = expanded(facts)
    if not values:
        return None
    place = (len(values) - 1) * Decimal(str(part))
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def plain_value(
    aggregate: str,
    own: Sequence[PlainFact],
    below: Sequence[PlainFact],
    *,
    scale: Decimal,
    ends_at: datetime,
    has_begun: bool,
) -> Decimal | None:
    """The value of a period of these facts; of what runs on, of all facts until its end."""
    value = _value(aggregate, own, below, ends_at, has_begun=has_begun)
    return None if value is None else (value * scale).quantize(MICRO)


def _value(
    aggregate: str,
    own: Sequence[PlainFact],
    below: Sequence[PlainFact],
    ends_at: datetime,
    *,
    has_begun: bool,
) -> Decimal | None:
    values = expanded(own)
    if aggregate in {"sum", "count"} and not values:
        return Decimal(0) if has_begun else None
    if aggregate in {"ratio", "age"}:
        under = total(below)
        top = total(own) if aggregate == "ratio" else int(ends_at.timestamp()) * under - total(own)
        return top / under if under else None
    return OF_VALUES[aggregate](own, values) if values else None


def _share(values: Sequence[Decimal], least: int, most: int) -> Decimal:
    return Decimal(sum(least <= value <= most for value in values)) / len(values)


OF_VALUES: dict[str, Callable[[Sequence[PlainFact], Sequence[Decimal]], Decimal | None]] = {
    "sum": lambda _facts, values: sum(values, Decimal(0)),
    "balance": lambda _facts, values: sum(values, Decimal(0)),
    "count": lambda _facts, values: Decimal(len(values)),
    "mean": lambda _facts, values: sum(values, Decimal(0)) / len(values),
    "min": lambda _facts, values: values[0],
    "max": lambda _facts, values: values[-1],
    "last": lambda facts, _values: max((fact.at, fact.value) for fact in facts)[1],
    "p50": lambda facts, _values: percentile(facts, 0.5),
    "p90": lambda facts, _values: percentile(facts, 0.9),
    "share": lambda _facts, values: _share(values, 4, 8),
    "nps": lambda _facts, values: _share(values, 9, 10) - _share(values, 0, 6),
}


def days_of(first_on: date, last_on: date) -> list[date]:
    """Every day from the first to the last."""
    return [first_on + timedelta(days=step) for step in range((last_on - first_on).days + 1)]
