"""The forecast on the M4 competition's hourly series, scored as published."""

import time
from pathlib import Path

import numpy as np
import pytest

from bench import m4
from bench.forecasting import OWA_TARGET, TOLERANCE, run_hourly
from tests.conftest import shared_data

SAMPLE = 24


@pytest.fixture
def published_data() -> Path:
    """The folder with the competition's files."""
    return shared_data("c_m4_hourly_train.csv.gz").parent


def test_seasonal_naive_scores_as_published(published_data: Path) -> None:
    series = m4.hourly_series(published_data)
    score = m4.score(
        series, [m4.seasonal_naive(one.history, m4.HOURLY.season, m4.HOURLY.horizon) for one in series]
    )
    assert len(series) == 414
    assert (round(score.smape, 3), round(score.mase, 3)) == (13.912, 1.193)
    assert score.owa == pytest.approx(m4.published(published_data)["sNaive"]["OWA"], abs=TOLERANCE)


def test_naive2_scores_as_published(published_data: Path) -> None:
    series = m4.hourly_series(published_data)
    forecasts = [m4.naive2(one.history, m4.HOURLY.season, m4.HOURLY.horizon) for one in series]
    score = m4.score(series, forecasts)
    assert (round(score.smape, 3), round(score.mase, 3), score.owa) == (18.383, 2.395, 1)


def test_a_sample_reaches_the_target_with_an_honest_interval(published_data: Path) -> None:
    started = time.process_time()
    run = run_hourly(published_data, SAMPLE)
    spent = (time.process_time() - started) / SAMPLE
    assert run.score().owa <= OWA_TARGET
    assert 0.72 <= run.covered() <= 0.88
    assert 0.75 <= run.covered_in_sample() <= 0.87
    assert spent < 1


def test_the_measures_agree_with_a_hand_computation() -> None:
    actual, predicted, history = np.array([2.0, 4.0]), np.array([4.0, 4.0]), np.array([1.0, 2.0, 4.0, 3.0])
    assert m4.smape(actual, predicted) == pytest.approx((200 * 2 / 6 + 0) / 2)
    assert m4.mase(actual, predicted, history, 2) == pytest.approx(1 / ((3 + 1) / 2))
    assert m4.owa(9, 1, 18, 4) == pytest.approx((0.5 + 0.25) / 2)
