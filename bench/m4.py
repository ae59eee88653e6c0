"""The M4 competition's series and frequencies, its published table, and the two methods it is scored against."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from bench.accuracy import Vector, mase, owa, seasonal_scale, smape

CRITICAL = 1.645  # the competition's 90 % test for a season
CYCLES_TO_TEST = 3
MISSING = frozenset({"", "NA"})


@dataclass(frozen=True)
class Frequency:
    """The season of the competition's measures, its horizon, and the seasons that a forecast looks for."""

    name: str
    season: int
    horizon: int
    seasons: tuple[int, ...]


HOURLY = Frequency("Hourly", 24, 48, (24, 168))
FREQUENCIES = {
    each.name: each
    for each in (
        Frequency("Yearly", 1, 6, (1,)),
        Frequency("Quarterly", 4, 8, (4,)),
        Frequency("Monthly", 12, 18, (12,)),
        Frequency("Weekly", 1, 13, (52,)),
        Frequency("Daily", 1, 14, (7,)),
        HOURLY,
    )
}


@dataclass(frozen=True)
class CompetitionSeries:
    """One series: what was known, and what followed."""

    name: str
    history: Vector
    future: Vector


def hourly_series(data: Path) -> list[CompetitionSeries]:
    """The competition's hourly series in file order."""
    return read_series(*(data / f"c_m4_hourly_{part}.csv.gz" for part in ("train", "test")))


def read_series(train: Path, test: Path) -> list[CompetitionSeries]:
    """The series of a pair of files in file order: a name and its values a line, with or without a head line.

    Raises ValueError where a series of the first file has nothing in the second.
    """
    known, future = _rows(train), _rows(test)
    if lost := known.keys() - future.keys():
        raise ValueError(f"{test.name} does not go on with {sorted(lost)[0]}")
    return [CompetitionSeries(name, values, future[name]) for name, values in known.items()]


def frequency_of(series: list[CompetitionSeries]) -> Frequency:
    """The frequency whose horizon these series have; each has another. Raises ValueError for any other length."""
    horizon = len(series[0].future)
    for each in FREQUENCIES.values():
        if each.horizon == horizon:
            return each
    raise ValueError(f"no frequency of the competition is asked for {horizon} values")


def _rows(path: Path) -> dict[str, Vector]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        return dict(_series_of(csv.reader(lines)))


def _series_of(lines: Iterator[list[str]]) -> Iterator[tuple[str, Vector]]:
    for number, (name, *cells) in enumerate(filter(None, lines)):
        try:
            yield name, np.array([float(cell) for cell in cells if cell not in MISSING])
        except ValueError:
            if number:
                raise


def published(data: Path, frequency: Frequency = HOURLY) -> dict[str, dict[str, float]]:
    """Method → measure (sMAPE, MASE, OWA) → the published value; nothing where it was not published here."""
    table: dict[str, dict[str, float]] = {}
    with (data / "c_m4_hourly_reference.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["frequency"] == frequency.name and row["value"]:
                table.setdefault(row["method"], {})[row["measure"]] = float(row["value"])
    return table


def seasonal_naive(history: Vector, season: int, horizon: int) -> Vector:
    """The last season repeated."""
    return np.resize(history[-season:], horizon)


def naive2(history: Vector, season: int, horizon: int) -> Vector:
    """The last value, after a multiplicative classical seasonal adjustment where the competition's test finds one."""
    if not _is_seasonal(history, season):
        return np.full(horizon, history[-1])
    indices = _seasonal_indices(history, season)
    steps = np.arange(len(history), len(history) + horizon) % season
    last: Vector = history[-1] / indices[(len(history) - 1) % season] * indices[steps]
    return last


def _is_seasonal(history: Vector, season: int) -> bool:
    """Is the autocorrelation at the season outside Bartlett's limit?"""
    centred = history - history.mean()
    if season == 1 or len(history) < CYCLES_TO_TEST * season or not centred.any():
        return False
    lags = np.array([centred[lag:] @ centred[:-lag] for lag in range(1, season + 1)]) / (centred @ centred)
    limit = CRITICAL * np.sqrt((1 + 2 * (lags[:-1] ** 2).sum()) / len(history))
    return bool(abs(lags[-1]) > limit)


def _seasonal_indices(history: Vector, season: int) -> Vector:
    """Mean ratio to the centred moving average per phase, with mean 1."""
    weights = np.full(season + 1, 1 / season)
    weights[[0, -1]] /= 2
    trend = np.convolve(history, weights, mode="valid")
    ratios = history[season // 2 : season // 2 + len(trend)] / trend
    phases = (np.arange(len(ratios)) + season // 2) % season
    means = np.bincount(phases, ratios, season) / np.bincount(phases, minlength=season)
    indices: Vector = means / means.mean()
    return indices


@dataclass(frozen=True)
class Score:
    """Mean errors of one method over the series, and its OWA against Naive2 over the same series."""

    smape: float
    mase: float
    owa: float


def score(series: list[CompetitionSeries], forecasts: list[Vector], frequency: Frequency = HOURLY) -> Score:
    """Published measures of one forecast per series; over a whole frequency, its Naive2 is the published one.

    A series that never changes has no MASE and is left out of its mean.
    """
    season = frequency.season
    mine = _errors(series, forecasts, season)
    reference = _errors(series, [naive2(one.history, season, len(one.future)) for one in series], season)
    return Score(*mine, owa(*mine, *reference))


def _errors(series: list[CompetitionSeries], forecasts: list[Vector], season: int) -> tuple[float, float]:
    pairs = list(zip(series, forecasts, strict=True))
    percentages = fmean(smape(one.future, forecast) for one, forecast in pairs)
    scaled = [
        mase(one.future, forecast, one.history, season)
        for one, forecast in pairs
        if seasonal_scale(one.history, season) > 0
    ]
    return percentages, fmean(scaled) if scaled else float("nan")
