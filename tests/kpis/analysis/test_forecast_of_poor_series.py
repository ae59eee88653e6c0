"""Short, constant, gappy, shifted and absurd series get an answer or a clear refusal, never a wrong number."""

import math
import random

import numpy as np
import pytest

from kpis.analysis.forecasting import Forecast, forecast

pytestmark = pytest.mark.filterwarnings("error")


def noise(count: int, seed: int = 1) -> list[float]:
    """Standard normal values, always the same."""
    source = random.Random(seed)
    return [source.gauss(0, 1) for _ in range(count)]


def weekly(count: int, seed: int = 1) -> list[float]:
    """A level of 100 with a profile of seven days and little noise."""
    profile = [0, 5, 8, 6, 4, -10, -13]
    return [100 + profile[day % 7] + wobble for day, wobble in enumerate(noise(count, seed))]


def assert_sound(found: Forecast, horizon: int) -> None:
    """Every number is there, finite and in order."""
    assert len(found.points) == len(found.lows) == len(found.highs) == horizon
    assert all(map(math.isfinite, (*found.points, *found.lows, *found.highs)))
    assert all(
        low <= point <= high for low, point, high in zip(found.lows, found.points, found.highs, strict=True)
    )


@pytest.mark.parametrize("value", [0.0, 7.5, -3.0])
@pytest.mark.parametrize("count", [1, 2, 5, 8, 40, 400])
def test_a_constant_stays_constant_and_beats_nothing(value: float, count: int) -> None:
    found = forecast([value] * count, [7, 28], 9)
    assert found.points == pytest.approx([value] * 9)
    assert np.ptp(found.highs + found.lows) == pytest.approx(0, abs=1e-6)
    assert not found.beats_naive


@pytest.mark.parametrize("count", range(1, 16))
@pytest.mark.parametrize("season", [1, 4, 12])
def test_a_short_series_is_answered(count: int, season: int) -> None:
    found = forecast([10 + wobble for wobble in noise(count)], season, 8)
    assert_sound(found, 8)
    assert (found.mase is None) == (found.naive_mase is None)
    if found.mase is None:
        assert not found.beats_naive


def test_any_mix_of_gaps_lengths_and_seasons_is_answered() -> None:
    source = random.Random(5)
    kinds = [
        lambda step: source.gauss(0, 1),
        lambda step: float(source.randrange(3)),
        lambda step: source.lognormvariate(0, 4),
        lambda step: step * source.random() - 20,
    ]
    for _ in range(80):
        kind, horizon = source.choice(kinds), source.randrange(1, 40)
        values = [None if source.random() < 0.15 else kind(step) for step in range(source.randrange(1, 90))]
        seasons = source.choice([1, 4, 7, 12, [7, 28], [24, 168]])
        assert_sound(forecast([*values, 1.0], seasons, horizon), horizon)


def test_gaps_hardly_move_the_forecast() -> None:
    whole = weekly(140)
    gappy = [None if step % 9 == 4 else value for step, value in enumerate(whole)]
    assert forecast(gappy, 7, 7).points == pytest.approx(forecast(whole, 7, 7).points, abs=2)


def test_a_gap_at_the_end_counts_as_time() -> None:
    found = forecast([*weekly(140), None, None, None], 7, 7)
    assert found.points == pytest.approx(forecast(weekly(140), 7, 10).points[3:], abs=2)


def test_missing_values_before_the_first_are_not_part_of_the_series() -> None:
    assert forecast([None] * 50 + weekly(70), 7, 7) == forecast(weekly(70), 7, 7)


def test_the_forecast_follows_a_level_shift() -> None:
    values = [value + (80 if step >= 112 else 0) for step, value in enumerate(weekly(140))]
    assert forecast(values, 7, 7).points == pytest.approx([value + 80 for value in weekly(147)[140:]], abs=8)


def test_floor_and_ceiling_hold_for_points_and_interval() -> None:
    shares = [max(0.0, min(100.0, 97 + 6 * wobble)) for wobble in noise(90)]
    found = forecast(shares, 7, 14, floor=0, ceiling=100)
    assert max(found.highs) == 100
    falling = forecast([max(0.0, 40 - step / 2) for step in range(90)], 7, 14, floor=0)
    assert min(falling.lows) == 0
    assert min(falling.points) >= 0


def test_the_scale_of_a_series_does_not_matter() -> None:
    small, large = forecast(weekly(140), 7, 7), forecast([value * 1e9 for value in weekly(140)], 7, 7)
    assert large.points == pytest.approx([point * 1e9 for point in small.points])
    assert large.highs == pytest.approx([high * 1e9 for high in small.highs])


def test_the_same_series_gives_the_same_forecast() -> None:
    assert forecast(weekly(140), [7, 28], 14) == forecast(weekly(140), [7, 28], 14)


@pytest.mark.parametrize(
    ("values", "season", "horizon"),
    [
        ([], 7, 7),
        ([None, None], 7, 7),
        ([math.nan], 7, 7),
        ([1.0, math.inf], 7, 7),
        ([1.0, 1e200], 7, 7),
        ([1.0, 2.0], 7, 0),
        ([1.0, 2.0], 0, 7),
        ([1.0, 2.0], [], 7),
    ],
)
def test_what_cannot_be_forecast_is_refused(
    values: list[float | None], season: int | list[int], horizon: int
) -> None:
    with pytest.raises(ValueError, match=r"horizon and season|the series holds"):
        forecast(values, season, horizon)
