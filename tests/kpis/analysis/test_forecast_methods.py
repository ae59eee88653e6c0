"""Each method by itself finds the structure it is made for."""

import numpy as np
import pytest

from kpis.analysis.forecasting.naive import seasonal_naive
from kpis.analysis.forecasting.profiles import profile
from kpis.analysis.forecasting.regression import regression
from kpis.analysis.forecasting.series import prepare, reach
from kpis.analysis.forecasting.smoothing import smoothing
from kpis.analysis.forecasting.theta import theta

WEEK = np.array([0.0, 5.0, 8.0, 6.0, 4.0, -10.0, -13.0])


def phases(count: int) -> np.ndarray:
    """The weekly profile repeated."""
    return np.resize(WEEK, count)


def test_seasonal_naive_repeats_the_last_season_from_each_mark() -> None:
    series = prepare([float(step) for step in range(40)], 7 * [7], 9)
    rows = seasonal_naive(series, 7)
    assert rows[-1].tolist() == [33, 34, 35, 36, 37, 38, 39, 33, 34]
    assert rows[0].tolist()[0] == series.marks[0] - 7


def test_a_profile_is_found_under_a_trend() -> None:
    values = np.arange(100) * 0.5 + phases(100)
    assert profile(values, 7) == pytest.approx(WEEK - WEEK.mean(), abs=1e-6)


def test_the_profile_of_noise_is_nearly_flat() -> None:
    noise = np.random.default_rng(4).normal(size=365 * 3)
    raw = noise.reshape(3, 365).mean(axis=0)
    assert profile(noise, 365).std() < 0.7 * raw.std()


def test_holt_winters_continues_trend_and_season() -> None:
    values = 50 + 0.3 * np.arange(210) + phases(210)
    found = smoothing(values, (7,), [150, 210], 14)
    expected = 50 + 0.3 * np.arange(210, 224) + np.resize(WEEK, 14)
    assert found["Holt-Winters"][-1] == pytest.approx(expected, abs=1.5)
    assert np.abs(found["damped trend"][-1] - expected).mean() > 4


def test_smoothing_chooses_how_fast_to_learn_from_its_errors() -> None:
    source = np.random.default_rng(8)
    around = source.normal(size=200)
    walk = np.cumsum(source.normal(size=200))
    assert abs(smoothing(around, (), [150, 200], 1)["damped trend"][-1][0]) < 0.4
    assert smoothing(walk, (), [150, 200], 1)["damped trend"][-1] == pytest.approx(walk[-1], abs=0.5)


def test_two_seasons_are_kept_apart() -> None:
    steps = np.arange(420)
    values = phases(420) + 9 * np.sin(2 * np.pi * steps / 42)
    found = smoothing(values[:378], (7, 42), [300, 378], 42)
    assert found["double-season Holt-Winters"][-1] == pytest.approx(values[378:], abs=1)


def test_theta_follows_half_the_slope_of_a_line() -> None:
    rows = theta(np.arange(60) * 2.0, (), [40, 60], 5)
    assert np.diff(rows[-1]) == pytest.approx([1] * 4)
    assert rows[-1][0] == pytest.approx(119, abs=2)


def test_regression_learns_an_oscillation_that_no_season_names() -> None:
    values = np.sin(np.arange(300) * 0.9) * 10
    rows = regression(values[:290], (), 1, [200, 290], 5)
    assert rows is not None
    assert np.abs(rows[-1] - values[290:295]).max() < 0.6 * np.abs(values[289] - values[290:295]).max()


def test_regression_asks_for_rows() -> None:
    assert regression(np.arange(20.0), (7,), 7, [16, 20], 3) is None


def test_reach_is_the_range_seen_until_the_mark() -> None:
    low, high = reach(np.array([1.0, 3.0, 2.0, 10.0]), [3, 4])
    assert (low.tolist(), high.tolist()) == ([-1, -8], [5, 19])
