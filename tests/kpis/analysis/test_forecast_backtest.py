"""The backtest is honest: no window sees its future, and only what beats seasonal naive says so."""

import numpy as np
import pytest

from kpis.analysis.forecasting import forecast
from kpis.analysis.forecasting.combination import candidates, left_out, weights, window_losses
from kpis.analysis.forecasting.intervals import coverage, half_widths
from kpis.analysis.forecasting.series import prepare


def seasonal(count: int, seed: int = 3) -> np.ndarray:
    """Growth, two seasons of 7 and 28, and noise; positive."""
    steps, source = np.arange(count), np.random.default_rng(seed)
    weekly, monthly = np.sin(2 * np.pi * steps / 7), np.sin(2 * np.pi * steps / 28)
    return 100 + steps / 10 + 12 * weekly + 6 * monthly + source.normal(0, 2, count)


def test_no_candidate_sees_what_follows_its_window() -> None:
    values = seasonal(300)
    series = prepare(values.tolist(), [7, 28], 14)
    window = 5
    mark = series.marks[window]
    changed = np.concatenate([values[:mark], values[mark:][::-1] * 3 + 50])
    before, after = candidates(series), candidates(prepare(changed.tolist(), [7, 28], 14))
    assert len(before) > 10
    assert before.keys() == after.keys()
    for name, rows in before.items():
        assert rows[: window + 1] == pytest.approx(after[name][: window + 1], rel=1e-6), name
    moved = [name for name in before if not np.allclose(before[name][-1], after[name][-1])]
    assert moved == list(before)


def test_the_weights_of_a_window_do_not_know_its_errors() -> None:
    source = np.random.default_rng(1)
    forecasts, futures = source.normal(size=(4, 6, 3)), source.normal(size=(6, 3))
    losses = window_losses(forecasts - futures)
    changed = losses.copy()
    changed[:, 2] = changed[::-1, 2]
    assert left_out(forecasts, losses)[2] == pytest.approx(left_out(forecasts, changed)[2])
    assert not np.allclose(left_out(forecasts, losses)[3], left_out(forecasts, changed)[3])


def test_weights_favour_the_candidate_with_the_least_loss_and_drop_the_weak() -> None:
    share = weights(np.array([[1.0, 1.0, 1.0], [1.1, 1.1, 1.1], [3.0, 3.0, 3.0]]))
    assert share.sum() == pytest.approx(1)
    assert share[0] > share[1] > 0
    assert share[2] == 0


def test_a_series_with_structure_beats_seasonal_naive_on_days_held_out() -> None:
    values = seasonal(328)
    found = forecast(values[:300].tolist(), [7, 28], 28)
    naive = np.resize(values[293:300], 28)
    assert found.beats_naive
    assert found.mase is not None
    assert found.naive_mase is not None
    assert found.mase < 0.7 * found.naive_mase
    assert np.abs(found.points - values[300:]).mean() < 0.5 * np.abs(naive - values[300:]).mean()


def test_a_series_that_repeats_exactly_cannot_be_beaten() -> None:
    found = forecast([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0] * 20, 7, 10)
    assert not found.beats_naive
    assert found.points == pytest.approx([3, 1, 4, 1, 5, 9, 2, 3, 1, 4], abs=1e-6)


def test_the_interval_covers_four_in_five_values_held_out() -> None:
    inside = []
    for seed in range(25):
        values = seasonal(214, seed)
        found = forecast(values[:200].tolist(), 7, 14)
        inside.extend((found.lows <= values[200:]) & (values[200:] <= found.highs))
    assert 0.75 <= np.mean(inside) <= 0.88


def test_the_interval_widens_with_the_errors_of_later_steps() -> None:
    errors = np.random.default_rng(2).normal(size=(12, 16)) * np.arange(1, 17)
    widths = half_widths(errors)
    assert widths[-1] > 3 * widths[0]
    assert 0.7 <= np.mean(np.abs(errors) <= widths) <= 0.9


def test_steps_beyond_the_backtest_get_a_wider_interval() -> None:
    errors = np.full((3, 8), np.nan)
    errors[:, :4] = 1.0
    widths = half_widths(errors)
    assert (np.diff(widths[3:]) > 0).all()


def test_one_window_says_nothing_about_coverage() -> None:
    assert coverage(np.array([[1.0, 2.0]])) is None
    assert coverage(np.array([[1.0, 2.0], [1.0, 2.0]])) == 1


def test_hundreds_of_thousands_of_values_cost_no_more_than_the_last_ones() -> None:
    recent = seasonal(1500)
    long = np.concatenate([np.zeros(200_000), recent])
    assert forecast(long.tolist(), 7, 7) == forecast(recent.tolist(), 7, 7)
