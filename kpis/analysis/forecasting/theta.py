"""The Theta method (Assimakopoulos, Nikolopoulos 2000) as exponential smoothing with half the linear drift."""

import numpy as np

from kpis.analysis.forecasting.profiles import adjusted
from kpis.analysis.forecasting.series import Marks, Matrix, Vector

ALPHAS = np.array([0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0])
MEMORY = 300


def theta(values: Vector, seasons: tuple[int, ...], marks: Marks, horizon: int) -> Matrix:
    """Marks × horizon; seasons are taken out by their profile and put back (Hyndman, Billah 2003 for the drift)."""
    rests, shapes = zip(*(adjusted(values[:mark], seasons) for mark in marks), strict=True)
    drifts = np.array([_slope(rest) / 2 for rest in rests])
    length = min(MEMORY, marks[0])
    levels = _smoothed(np.array([rest[-length:] for rest in rests]), drifts)
    steps = np.arange(1, horizon + 1)
    forecast = levels[:, None] + drifts[:, None] * steps
    for row, (mark, found) in enumerate(zip(marks, shapes, strict=True)):
        for season, shape in zip(seasons, found, strict=True):
            forecast[row] += shape[(mark + steps - 1) % season]
    result: Matrix = forecast
    return result


def _slope(values: Vector) -> float:
    """Least-squares slope per step."""
    steps = np.arange(len(values)) - (len(values) - 1) / 2
    return float(steps @ values) / max(float(steps @ steps), 1.0)


def _smoothed(rests: Matrix, drifts: Vector) -> Vector:
    """The last level of each row, by the smoothing constant with the least one-step error in that row."""
    level = np.repeat(rests[:, :4].mean(axis=1)[:, None], len(ALPHAS), axis=1)
    squares = np.zeros_like(level)
    for value in rests.T:
        error = value[:, None] - level
        squares += error * error
        level = level + ALPHAS * error + drifts[:, None]
    best: Vector = level[np.arange(len(level)), np.argmin(squares, axis=1)] - drifts
    return best
