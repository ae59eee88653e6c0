"""Between which values a series has moved so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

LEAST_VALUES = 12
# 3 / 0.954, where 0.954 sigma is the expected median range of two values of a normal distribution: Wheeler,
# "Understanding Statistical Process Control", 1992, table A.2.
MEDIAN_RANGE_FACTOR = 3.145


@dataclass(frozen=True, slots=True)
class Limits:
    """The natural process limits of a series, in its unit."""

    low: float
    high: float


def natural_limits(values: Sequence[float | None]) -> Limits | None:
    """Median ± 3.145 median moving ranges of the values there are, in their unit; None for fewer than 12.

    Not below 0 where no value is. The last value is not asked: it is judged by those before it (an XmR chart).
    """
    known = [value for value in values[:-1] if value is not None]
    if len(known) < LEAST_VALUES:
        return None
    spread = MEDIAN_RANGE_FACTOR * median(abs(after - before) for before, after in pairwise(known))
    center = median(known)
    low = center - spread
    return Limits(max(low, 0.0) if min(known) >= 0 else low, center + spread)
