"""Intervals against published examples, a second computation, and the share of samples they cover."""

import random
from collections.abc import Callable
from decimal import Decimal
from math import comb, exp, lgamma, log, sqrt
from statistics import NormalDist, fmean, pvariance, stdev

import pytest

from kpis.analysis.intervals import (
    Interval,
    Z,
    mean_interval,
    nps_interval,
    rate_interval,
    share_interval,
)

# R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]
# Exact 95 % limits of a Poisson count from the tables of epidemiology.
POISSON = [
    (10, 4.80, 18.39),
    (20, 12.22, 30.89),
    (30, 20.24, 42.83),
    (50, 37.11, 65.92),
    (100, 81.36, 121.63),
]


def bounds(interval: Interval | None) -> tuple[float, float]:
    """The bounds as floats, of an interval that must exist."""
    assert interval is not None
    return float(interval.low), float(interval.high)


def solved(too_low: Callable[[float], bool], low: float, high: float) -> float:
    """The point between low and high where a predicate turns from true to false."""
    for _step in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if too_low(middle) else (low, middle)
    return low


def test_the_normal_factor_is_the_97_5_percent_point() -> None:
    assert float(Z) == pytest.approx(NormalDist().inv_cdf(0.975), abs=1e-12)


@pytest.mark.parametrize(("successes", "n", "low", "high"), NEWCOMBE)
def test_shares_have_newcombes_limits(successes: int, n: int, low: float, high: float) -> None:
    assert bounds(share_interval(successes, n)) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize("n", [1, 2, 7, 50, 12_345])
def test_limits_of_a_share_are_where_the_score_test_turns(n: int) -> None:
    for successes in {0, 1, n // 3, n - 1, n}:
        share, z = successes / n, float(Z)

        def rejected(p: float, share: float = share, z: float = z) -> bool:
            return abs(share - p) > z * sqrt(p * (1 - p) / n)

        low, high = bounds(share_interval(successes, n))
        assert low == pytest.approx(solved(rejected, 0, share) if successes else 0, abs=1e-9)
        assert high == pytest.approx(
            solved(lambda p: not rejected(p), share, 1) if successes < n else 1, abs=1e-9
        )


def test_a_share_of_nothing_has_no_interval_and_all_or_none_a_wide_one() -> None:
    assert share_interval(0, 0) is None
    assert bounds(share_interval(1, 1)) == pytest.approx((0.2065, 1), abs=0.0001)
    assert bounds(share_interval(0, 1)) == pytest.approx((0, 0.7935), abs=0.0001)
    assert bounds(share_interval(20, 20)) == (pytest.approx(1 - 0.1611, abs=0.00005), 1)
    for successes, n in ((-1, 5), (6, 5), (0, -1)):
        with pytest.raises(ValueError, match="is not a share"):
            share_interval(successes, n)


def test_shares_are_covered_as_often_as_promised() -> None:
    source = random.Random(20_261_122)
    covered = {}
    for n in (10, 40, 200):
        intervals = [bounds(share_interval(hits, n)) for hits in range(n + 1)]
        for p in (0.05, 0.2, 0.5, 0.85):
            sizes = [comb(n, hits) * p**hits * (1 - p) ** (n - hits) for hits in range(n + 1)]
            samples = source.choices(intervals, sizes, k=4_000)
            covered[n, p] = fmean(low <= p <= high for low, high in samples)
    assert 0.94 < fmean(covered.values()) < 0.965
    assert min(covered.values()) > 0.90


def test_an_nps_has_its_published_error() -> None:
    """W. Huber, Cross Validated (2011): half promoters, a third passives, a sixth detractors; 4.1 points at n = 324."""
    low, high = bounds(nps_interval(162, 108, 54))
    assert (low + high) / 2 == pytest.approx(100 / 3)
    assert (high - low) / 2 / 1.96 == pytest.approx(4.1, abs=0.05)


def test_an_nps_is_the_mean_of_its_answers_plus_and_minus_196_errors() -> None:
    source = random.Random(5)
    for _each in range(200):
        counts = [source.randrange(60) for _kind in range(3)]
        answers = [100] * counts[0] + [0] * counts[1] + [-100] * counts[2]
        if len(answers) < 2:
            continue
        error = 1.959963984540054 * sqrt(pvariance(answers) / len(answers))
        low, high = max(fmean(answers) - error, -100), min(fmean(answers) + error, 100)
        assert bounds(nps_interval(*counts)) == pytest.approx((low, high), abs=1e-9)


def test_an_nps_of_one_answer_has_no_interval_and_of_equal_ones_no_width() -> None:
    assert nps_interval(0, 0, 0) is None
    assert nps_interval(1, 0, 0) is None
    assert nps_interval(9, 0, 0) == Interval(Decimal(100), Decimal(100))
    assert nps_interval(0, 9, 0) == Interval(Decimal(0), Decimal(0))
    assert bounds(nps_interval(1, 0, 1)) == (-100, 100)
    with pytest.raises(ValueError, match="cannot be negative"):
        nps_interval(3, -1, 3)


def test_a_mean_has_its_published_interval() -> None:
    """n = 25, mean 300, standard deviation 18.5: [292.75, 307.25], a textbook example with 1.96."""
    squares = Decimal("18.5") ** 2 * 24 + 25 * Decimal(300) ** 2
    assert bounds(mean_interval(25, 7_500, squares)) == pytest.approx((292.75, 307.25), abs=0.005)


def test_a_mean_of_large_equal_sized_values_loses_nothing() -> None:
    """Where binary sums of squares would cancel to noise, or below zero."""
    values = [Decimal(10) ** 9 + Decimal(step) / 8 for step in (1, 2, 3, 5, 8)]
    interval = mean_interval(5, sum(values), sum(value * value for value in values))
    error = 1.959963984540054 * stdev([0.125, 0.25, 0.375, 0.625, 1.0]) / sqrt(5)
    assert interval is not None
    assert float(interval.high - interval.low) == pytest.approx(2 * error)


def test_a_mean_of_one_value_has_no_interval_and_of_equal_ones_no_width() -> None:
    assert mean_interval(0, 0, 0) is None
    assert mean_interval(1, 7, 49) is None
    assert mean_interval(3, Decimal("0.3"), Decimal("0.03")) == Interval(Decimal("0.1"), Decimal("0.1"))
    third = Decimal(1) / 3
    assert mean_interval(3, third * 3, third * third * 3) is not None


@pytest.mark.parametrize(("n", "promised"), [(5, 0.88), (30, 0.94), (100, 0.947)])
def test_means_are_covered_less_often_where_values_are_few(n: int, promised: float) -> None:
    source = random.Random(n)
    covered = 0
    for _each in range(3_000):
        values = [Decimal(round(source.gauss(0, 1_000))) for _value in range(n)]
        low, high = bounds(mean_interval(n, sum(values), sum(value * value for value in values)))
        covered += low <= 0 <= high
    assert covered / 3_000 == pytest.approx(promised, abs=0.015)


@pytest.mark.parametrize(("events", "low", "high"), POISSON)
def test_rates_are_close_to_the_exact_tables(events: int, low: float, high: float) -> None:
    assert bounds(rate_interval(events, 1)) == pytest.approx((low, high), rel=0.005)


def test_a_rate_has_its_published_interval() -> None:
    """J. J. Beaumont and N. E. Breslow's ratio: 30 cases where 15.21 were expected, 1.97 (1.33 to 2.82)."""
    assert bounds(rate_interval(30, Decimal("15.21"))) == pytest.approx((1.33, 2.82), abs=0.005)


def poisson_up_to(count: int, mean: float) -> float:
    """The chance of at most `count` events."""
    return sum(exp(step * log(mean) - mean - lgamma(step + 1)) for step in range(count + 1))


@pytest.mark.parametrize("events", [1, 2, 5, 10, 40, 400])
def test_rates_are_close_to_the_exact_limits(events: int) -> None:
    exact_low = solved(lambda mean: poisson_up_to(events - 1, mean) > 0.975, 1e-9, events)
    exact_high = solved(lambda mean: poisson_up_to(events, mean) > 0.025, events, 9 * events + 9)
    low, high = bounds(rate_interval(events, 1))
    assert high == pytest.approx(exact_high, rel=0.005)
    assert low == pytest.approx(exact_low, rel=0.005 if events >= 10 else 0.5)
    assert low <= exact_low * 1.005


def test_a_rate_of_no_events_begins_at_zero_and_of_no_exposure_is_none() -> None:
    assert bounds(rate_interval(0, 1)) == pytest.approx((0, 3.689), rel=0.02)
    assert bounds(rate_interval(0, 1_000)) == pytest.approx((0, 0.003689), rel=0.02)
    assert bounds(rate_interval(Decimal("0.2"), 1))[0] == 0
    assert rate_interval(3, 0) is None
    assert rate_interval(3, -1) is None
    with pytest.raises(ValueError, match="cannot be negative"):
        rate_interval(-1, 1)


def test_an_interval_moves_to_another_scale() -> None:
    assert Interval(Decimal("0.25"), Decimal("0.5")).times(100) == Interval(Decimal(25), Decimal(50))
