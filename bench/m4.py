"""The M4 competition's hourly series, its published table, and the two reference methods it is scored against."""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from bench.accuracy import Vector, mase, owa, smape

SEASON, HORIZON = 24, 48
CRITICAL = 1.645  # the competition's 90 % test for a season
CYCLES_TO_TEST = 3


@dataclass(frozen=True)
class HourlySeries:
    """One series: what was known, and the 48 hours that followed."""

    name: str
    history: Vector
    future: Vector


def hourly_series(data: Path, every: int = 1) -> list[HourlySeries]:
    """The competition's hourly series in file order, or every so-manieth of them."""
    known, future = (_rows(data / f"c_m4_hourly_{part}.csv.gz") for part in ("train", "test"))
    return [HourlySeries(name, known[name], future[name]) for name in list(known)[::every]]


def _rows(path: Path) -> dict[str, Vector]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return {row[0]: np.array([float(cell) for cell in row[1:] if cell]) for row in csv.reader(lines)}


def published(data: Path) -> dict[str, dict[str, float]]:
    """Method → measure (sMAPE, MASE, OWA) → the published value on the hourly series."""
    table: dict[str, dict[str, float]] = {}
    with (data / "c_m4_hourly_reference.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["frequency"] == "Hourly" and row["value"]:
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
    if len(history) < CYCLES_TO_TEST * season:
        return False
    centred = history - history.mean()
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


def score(series: list[HourlySeries], forecasts: list[Vector]) -> Score:
    """Published measures of one forecast per series; over all 414 the Naive2 of the OWA is the published one."""
    mine = _errors(series, forecasts)
    reference = _errors(series, [naive2(one.history, SEASON, HORIZON) for one in series])
    return Score(*mine, owa(*mine, *reference))


def _errors(series: list[HourlySeries], forecasts: list[Vector]) -> tuple[float, float]:
    pairs = list(zip(series, forecasts, strict=True))
    percentages = fmean(smape(one.future, forecast) for one, forecast in pairs)
    return percentages, fmean(mase(one.future, forecast, one.history, SEASON) for one, forecast in pairs)
