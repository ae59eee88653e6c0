"""Ridge regression on lags: the change against one base ago, explained by recent changes and older seasons.

Shrinking every coefficient to zero leaves the (seasonal) naive forecast, so a heavy penalty is always safe.
"""

import numpy as np
import numpy.typing as npt

from kpis.analysis.forecasting.series import Marks, Matrix, Vector, reach

PENALTY = 0.1
LEAST_ROWS = 8
DENSE_SEASON = 24

Positions = npt.NDArray[np.int_]


class LagRegression:
    """Which lags of a series are looked at, as differences to the value one `base` before."""

    def __init__(self, values: Vector, seasons: tuple[int, ...], base: int) -> None:
        self.base = base
        third = len(values) // 3
        self.lags = np.array([lag for lag in _lags(seasons) if lag + base < third], dtype=int)
        cycles = {season * times for season in seasons for times in (1, 2, 3)} - {base}
        self.cycles = np.array(sorted(lag for lag in cycles if lag < third), dtype=int)
        self.first = int(max([base, *(self.lags + base), *self.cycles]))

    def features(self, values: Matrix, positions: Positions) -> npt.NDArray[np.float64]:
        """One row per position (last axis: features) for one series or a stack of series of equal length."""
        at = positions[:, None]
        recent = values[..., at - self.lags] - values[..., at - self.lags - self.base]
        older = values[..., at - self.cycles] - values[..., at - self.base]
        constant = np.ones((*recent.shape[:-1], 1))
        return np.concatenate([constant, recent, older], axis=-1)


def _lags(seasons: tuple[int, ...]) -> list[int]:
    """The last few steps, the neighbourhood of each season, and every step of a short season."""
    lags = {1, 2, 3, 4}
    for season in seasons:
        lags |= {season - 1, season, season + 1}
    if seasons and seasons[0] <= DENSE_SEASON:
        lags |= set(range(1, seasons[0] + 2))
    return sorted(lag for lag in lags if lag > 0)


def regression(
    values: Vector, seasons: tuple[int, ...], base: int, marks: Marks, horizon: int
) -> Matrix | None:
    """Marks × horizon, fitted anew at each mark; None where the first mark has too few rows."""
    if len(values) <= 3 * base:
        return None
    model = LagRegression(values, seasons, base)
    if marks[0] - model.first < LEAST_ROWS:
        return None
    return _ahead(model, values, _fits(model, values, marks), marks, horizon)


def _fits(model: LagRegression, values: Vector, marks: Marks) -> npt.NDArray[np.float64]:
    """Marks × features; the normal equations grow from mark to mark."""
    positions = np.arange(model.first, marks[-1])
    rows = model.features(values, positions)
    targets = values[positions] - values[positions - model.base]
    gram, moment, seen = np.zeros((rows.shape[1],) * 2), np.zeros(rows.shape[1]), 0
    fits = []
    for mark in marks:
        count = mark - model.first
        gram += rows[seen:count].T @ rows[seen:count]
        moment += rows[seen:count].T @ targets[seen:count]
        seen = count
        sizes = np.sqrt(np.diag(gram) / count) + 1e-9
        weights, vectors = np.linalg.eigh(gram / np.outer(sizes, sizes) / count)
        projected = vectors.T @ (moment / sizes / count)
        fits.append(vectors @ (projected / (np.maximum(weights, 0) + PENALTY)) / sizes)
    return np.array(fits)


def _ahead(model: LagRegression, values: Vector, coefficients: Matrix, marks: Marks, horizon: int) -> Matrix:
    """All marks step by step, each forecast value feeding the next, within reach of the range seen."""
    span = model.first
    paths = np.array([np.concatenate([values[mark - span : mark], np.zeros(horizon)]) for mark in marks])
    low, high = reach(values, marks)
    for step in range(span, span + horizon):
        change = (model.features(paths, np.array([step]))[:, 0] * coefficients).sum(axis=1)
        paths[:, step] = np.clip(paths[:, step - model.base] + change, low, high)
    return paths[:, span:]
