"""Whatever a series looks like and however often it is measured, detector and forecast answer, and soon."""

import json
import math
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from kpis.analysis.detection import Detector
from kpis.analysis.forecasting import forecast

pytestmark = pytest.mark.filterwarnings("error")

START = datetime(2024, 1, 1, tzinfo=UTC)
STEPS = {
    "5 minutes": (timedelta(minutes=5), (288, 2016), 288),
    "hour": (timedelta(hours=1), (24, 168), 48),
    "day": (timedelta(days=1), (7, 365), 28),
    "week": (timedelta(days=7), (52,), 13),
    "month": (timedelta(days=30.5), (12,), 18),
}
SHAPES = {
    "constant": lambda _step, _draw: 7.0,
    "negative": lambda step, draw: -50 - 20 * math.sin(step / 4) + draw.gauss(0, 1),
    "huge": lambda step, draw: 1e140 * (2 + math.sin(step / 5) + draw.random()),
    "tiny": lambda _step, draw: 1e-310 * draw.random(),
    "both signs, huge": lambda step, draw: 1e149 * (-1) ** step * draw.random(),
    "counts, mostly none": lambda _step, draw: float(draw.random() < 0.02),
    "one jump": lambda step, _draw: 0.0 if step < 60 else 1e6,
    "heavy tails": lambda _step, draw: draw.paretovariate(0.4),
    "growing": lambda step, draw: 1.05 ** min(step, 2000) * (1 + draw.random()),
}
SECONDS_A_FORECAST = 5
JUDGED = 15_000


@pytest.mark.parametrize("frequency", STEPS)
@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape_at_any_frequency_is_judged_and_forecast(shape: str, frequency: str) -> None:
    draw = random.Random(3)
    step, seasons, horizon = STEPS[frequency]
    values = [SHAPES[shape](number, draw) for number in range(200)]
    detector = Detector()
    for number, value in enumerate(values):
        seen = detector.observe(START + number * step, value)
        assert 0 <= seen.score < 1
        assert seen.low is None or (math.isfinite(seen.low) and seen.low <= seen.high)
    assert_sound(values, seasons, horizon)


@pytest.mark.parametrize("length", [1, 2, 3, 4])
@pytest.mark.parametrize("frequency", STEPS)
def test_three_points_and_fewer_are_answered(length: int, frequency: str) -> None:
    step, seasons, horizon = STEPS[frequency]
    detector = Detector()
    for number in range(length):
        assert not detector.observe(START + number * step, 10.0**number).is_alarm
    assert_sound([10.0**number for number in range(length)], seasons, horizon)


def irregular(draw: random.Random) -> Iterator[datetime]:
    """Bursts, long gaps, doubled moments, and a few that come late."""
    at = START
    for _ in range(3_000):
        at += draw.choice([timedelta(0), timedelta(seconds=1), timedelta(minutes=17), timedelta(days=9)])
        yield at - draw.choice([timedelta(0)] * 9 + [timedelta(days=30)])


def test_irregular_doubled_and_disordered_times_are_judged() -> None:
    draw = random.Random(4)
    detector = Detector()
    raised = sum(detector.observe(at, draw.gauss(0, 1)).is_alarm for at in irregular(draw))
    assert raised <= 12
    assert len(json.dumps(detector.state())) < 60_000


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_missing_points_are_answered(share: float) -> None:
    draw = random.Random(6)
    values = [None if draw.random() < share else 100 + 10 * math.sin(step) for step in range(400)]
    assert_sound(values, (7, 28), 14)


def test_a_long_series_is_judged_at_thousands_of_points_a_second_and_forecast_in_seconds() -> None:
    draw = random.Random(8)
    shape = [50 * math.sin(2 * math.pi * phase / 288) for phase in range(288)]
    values = [1_000 + shape[step % 288] + draw.gauss(0, 5) for step in range(100_000)]
    started = time.process_time()
    detector = Detector()
    raised = sum(
        detector.observe(START + step * timedelta(minutes=5), value).is_alarm
        for step, value in enumerate(values[:JUDGED])
    )
    assert time.process_time() - started < JUDGED / 2_000
    assert raised < JUDGED / 300
    assert_sound(values, (288, 2016), 288)


def assert_sound(values: list[float | None], seasons: tuple[int, ...], horizon: int) -> None:
    """A forecast of this length, every number finite and in order, within seconds."""
    started = time.process_time()
    found = forecast(values, seasons, horizon)
    assert time.process_time() - started < SECONDS_A_FORECAST
    assert len(found.points) == horizon
    for low, point, high in zip(found.lows, found.points, found.highs, strict=True):
        assert math.isfinite(low)
        assert math.isfinite(high)
        assert low <= point <= high
