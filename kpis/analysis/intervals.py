"""95 % intervals of KPI values, from the counts and sums that day cells hold.

All arithmetic is decimal with 50 digits, so that sums of squares lose nothing; bounds are rounded to 12 places.
An interval is None where its formula says nothing: no values, or a spread asked of a single one.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

# The 97.5 % point of the standard normal distribution, commonly written 1.96.
Z = Decimal("1.959963984540054")
CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN)
PLACES = Decimal("1E-12")
FULL_NPS = Decimal(100)
Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Interval:
    """Two bounds in the unit of the value they enclose."""

    low: Decimal
    high: Decimal

    def times(self, factor: Number) -> "Interval":
        """The same interval on another scale; the factor is positive, 100 from shares to percent."""
        return Interval(self.low * factor, self.high * factor)


def share_interval(successes: Number, n: int) -> Interval | None:
    """Wilson's score interval of a share, within 0 to 1, never empty; None for n = 0.

    E. B. Wilson, JASA 22 (1927) 209; recommended by R. G. Newcombe, Statistics in Medicine 17 (1998) 857, method 3.
    Raises ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a share")
    if n == 0:
        return None
    with localcontext(CONTEXT):
        hits, square = Decimal(successes), Z * Z
        spread = Z * (square + 4 * hits * (1 - hits / n)).sqrt()
        low = (2 * hits + square - spread) / (2 * (n + square))
        high = (2 * hits + square + spread) / (2 * (n + square))
        return _within(low, high, Decimal(0), Decimal(1))


def nps_interval(promoters: int, passives: int, detractors: int) -> Interval | None:
    """The Net Promoter Score ± 1.96 standard errors, within -100 to 100 points; None for fewer than 2 answers.

    An answer counts 100, 0 or -100, so the variance is 100² (p + d - (p - d)²), and the error its root over n.
    It has no width when all answers are alike. Raises ValueError for negative counts.
    """
    if min(promoters, passives, detractors) < 0:
        raise ValueError("counts of answers cannot be negative")
    n = promoters + passives + detractors
    if n < 2:
        return None
    with localcontext(CONTEXT):
        score = Decimal(promoters - detractors) / n
        variance = Decimal(promoters + detractors) / n - score * score
        return _around(100 * score, 100 * _root(variance / n), -FULL_NPS, FULL_NPS)


def mean_interval(n: int, total: Number, squares: Number) -> Interval | None:
    """The mean ± 1.96 standard errors, from the sum and the sum of squares of n values; None for n < 2.

    The variance is the sample's (n - 1). The normal factor is too narrow for small n: 95 % is 88 % at n = 5.
    """
    if n < 2:
        return None
    with localcontext(CONTEXT):
        mean = Decimal(total) / n
        variance = (Decimal(squares) - mean * total) / (n - 1)
        return _around(mean, _root(variance / n), None, None)


def rate_interval(events: Number, exposure: Number) -> Interval | None:
    """Byar's interval of a Poisson rate, events per unit of exposure, never below 0; None without exposure.

    N. E. Breslow and N. E. Day, Statistical Methods in Cancer Research II (1987), page 69. From 10 events on it is
    within 0.5 % of the exact limits; below, the lower limit is a little low. Raises ValueError for negative events.
    """
    if events < 0:
        raise ValueError("a number of events cannot be negative")
    if exposure <= 0:
        return None
    with localcontext(CONTEXT):
        low = _byar(Decimal(events), -Z) if events else Decimal(0)
        high = _byar(Decimal(events) + 1, Z)
        return _within(low / exposure, high / exposure, Decimal(0), None)


def _byar(events: Decimal, deviation: Decimal) -> Decimal:
    return events * (1 - 1 / (9 * events) + deviation / (3 * events.sqrt())) ** 3


def _root(variance: Decimal) -> Decimal:
    """The square root, of zero where rounding left a variance a little below it."""
    return max(variance, Decimal(0)).sqrt()


def _around(middle: Decimal, error: Decimal, least: Decimal | None, most: Decimal | None) -> Interval:
    return _within(middle - Z * error, middle + Z * error, least, most)


def _within(low: Decimal, high: Decimal, least: Decimal | None, most: Decimal | None) -> Interval:
    low = low if least is None else max(low, least)
    high = high if most is None else min(high, most)
    return Interval(low.quantize(PLACES), high.quantize(PLACES))
