"""The scorer gives what was published, from counts where they decide, and from detections where those can be had."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bench import nab
from tests.conftest import shared_data

STANDARD = nab.Weights(found=1.0, missed=1.0, false=0.11)


@pytest.fixture(scope="module")
def folder() -> Path:
    return shared_data("c_nab_series.csv.gz").parent


@pytest.fixture(scope="module")
def corpus(folder: Path) -> dict[str, nab.LabelledSeries]:
    return {series.name: series for series in nab.read_corpus(folder)}


def invented(points: int, *windows: tuple[int, int]) -> nab.LabelledSeries:
    times = [datetime(2020, 1, 1) + timedelta(minutes=5 * step) for step in range(points)]  # noqa: DTZ001
    return nab.LabelledSeries("invented/one", times, [0.0] * points, list(windows))


def score_at(series: nab.LabelledSeries, *places: int) -> float:
    scores = [1.0 if place in places else 0.0 for place in range(len(series.values))]
    return nab.score_file(series, scores, 0.5, STANDARD).score


def test_the_first_point_of_a_window_earns_its_whole_reward():
    assert score_at(invented(1000, (500, 599)), 500) == pytest.approx(1.0)


def test_the_earliest_detection_in_a_window_counts():
    series = invented(1000, (500, 599))
    assert score_at(series, 520, 590) == score_at(series, 520) > score_at(series, 590) > 0


def test_a_detection_before_any_window_costs_the_full_weight():
    assert score_at(invented(1000, (500, 599)), 300) == pytest.approx(-1.11)


def test_a_detection_shortly_behind_a_window_costs_less_than_one_far_behind():
    series = invented(2000, (500, 599))
    assert -1.0 > score_at(series, 610) > score_at(series, 1500) == pytest.approx(-1.11)


def test_probation_is_fifteen_percent_but_of_at_most_5000_points():
    assert nab.probation_length(1882) == 282
    assert nab.probation_length(22695) == 750
    assert score_at(invented(1000, (500, 599)), 149) == -1.0


def test_every_published_score_lies_within_what_its_counts_allow(folder, corpus):
    exact = 0
    for row in nab.read_reference(folder):
        series = corpus[row["file"]]
        low, high = nab.score_bounds(len(series.windows), int(row["TP"]), int(row["FP"]), STANDARD)
        assert low - 1e-9 <= float(row["score"]) <= high + 1e-9
        exact += low == high
    assert exact == 85


def test_the_null_detector_is_reproduced_in_every_row(folder, corpus):
    weights = nab.read_weights(folder)
    for row in nab.read_reference(folder):
        if row["detector"] == "null":
            series = corpus[row["file"]]
            found = nab.score_file(series, [0.5] * len(series.values), float(row["threshold"]), weights)
            assert_equals_published(found, row)


def test_the_windowed_gaussian_is_reproduced_in_every_row_from_its_own_detections(folder, corpus):
    weights = nab.read_weights(folder)
    rows = [row for row in nab.read_reference(folder) if row["detector"] == "windowedGaussian"]
    assert len(rows) == 31
    for row in rows:
        series = corpus[row["file"]]
        scores = list(windowed_gaussian(series.values))
        assert_equals_published(nab.score_file(series, scores, float(row["threshold"]), weights), row)


def assert_equals_published(found: nab.FileScore, row: dict[str, str]) -> None:
    assert found.score == pytest.approx(float(row["score"]), abs=1e-9), row["file"]
    counts = [found.true_positives, found.true_negatives, found.false_positives, found.false_negatives]
    assert counts == [int(row[name]) for name in ("TP", "TN", "FP", "FN")], row["file"]


def windowed_gaussian(values: list[float], size: int = 6400, step: int = 100) -> Iterator[float]:
    """Two-sided tail of a Gaussian fitted to the first 6,400 points, from then on moved by 100 points at a time.

    Published with twelve digits, which decides what reaches the threshold of 1.
    """
    window: list[float] = []
    waiting: list[float] = []
    mean, deviation, squares = 0.0, 1.0, 0.0
    for value in values:
        tail = math.erfc(abs(value - mean) / deviation / 1.4142) / 2
        yield round(1 - tail, 12) if window else 0.0
        if len(window) < size:
            window.append(value)
            before = mean
            mean += (value - mean) / len(window)
            squares += (value - before) * (value - mean)
        else:
            waiting.append(value)
            if len(waiting) < step:
                continue
            window, waiting = window[step:] + waiting, []
            mean = math.fsum(window) / size
            squares = math.fsum((known - mean) ** 2 for known in window)
        deviation = math.sqrt(squares / len(window)) or 1e-6
