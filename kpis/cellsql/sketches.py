"""Percentiles from the merged sketches of cells."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate


def percentile(
    values: Iterable[Sequence[float]], counts: Iterable[Sequence[int] | None], part: float
) -> float | None:
    """The value below which `part` (0 to 1) of the facts lie, from one list of values and counts per cell.

    Linear between the order statistics around (n - 1) x part, as Excel's PERCENTILE.INC and PostgreSQL's
    percentile_cont; at most 1 % from the exact one where all values have one sign. None without facts.
    """
    weights: dict[float, int] = defaultdict(int)
    for some, their_counts in zip(values, counts, strict=True):
        for value, count in zip(some, their_counts or [1] * len(some), strict=True):
            weights[value] += count
    ordered = sorted(weights)
    reached = list(accumulate(weights[value] for value in ordered))
    if not ordered:
        return None
    last = reached[-1] - 1
    place = last * part
    low, high = (ordered[bisect_right(reached, index)] for index in (int(place), min(int(place) + 1, last)))
    return low + (high - low) * (place - int(place))
