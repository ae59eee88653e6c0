"""Percentiles from the merged sketches of cells."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate


def percentile(
    values: Iterable[Sequence[float]], counts: Iterable[Sequence[int] | None], part: float
) -> float | None:
    """The value below which `part` (0 to 1) of the facts lie, from one list of values and counts per cell.

    Linear between the order statistics around (n - 1) x part, as Excel's PERCENTILE.INC and PostgreSQL's
    percentile_cont; at most 1 % from the exact one where all values have one sign. None without facts.
    """
    singles: list[float] = []
    weights: Counter[float] = Counter()
    for some, their_counts in zip(values, counts, strict=True):
        if their_counts is None:
            singles += some
        else:
            weights.update(dict(zip(some, their_counts, strict=True)))
    if not weights:
        return _between(sorted(singles), len(singles), part)
    weights.update(singles)
    ordered = sorted(weights)
    reached = list(accumulate(weights[value] for value in ordered))
    return _between(_Repeated(ordered, reached), reached[-1], part)


@dataclass(frozen=True, slots=True)
class _Repeated:
    """Ascending values as if each stood there as often as it counts."""

    ordered: Sequence[float]
    reached: Sequence[int]

    def __getitem__(self, index: int) -> float:
        return self.ordered[bisect_right(self.reached, index)]


def _between(ascending: Sequence[float] | _Repeated, n: int, part: float) -> float | None:
    if not n:
        return None
    place = (n - 1) * part
    low, high = ascending[int(place)], ascending[min(int(place) + 1, n - 1)]
    return low + (high - low) * (place - int(place))
