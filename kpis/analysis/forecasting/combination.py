"""Candidates weighed by their rolling-origin errors, and the honest errors of the weighing itself."""

import numpy as np
import numpy.typing as npt

from kpis.analysis.forecasting.naive import seasonal_naive
from kpis.analysis.forecasting.regression import regression
from kpis.analysis.forecasting.series import Matrix, Series, Vector, scales
from kpis.analysis.forecasting.smoothing import smoothing
from kpis.analysis.forecasting.theta import theta

SHARPNESS = 4
WEIGHT_DROPPED = 0.1
MEMORY = 0.9

Cube = npt.NDArray[np.float64]


def candidates(series: Series) -> dict[str, Matrix]:
    """All forecasts that the series can bear, by name: marks × horizon."""
    found = {"naive": seasonal_naive(series, 1)}
    for season in series.seasons:
        found[f"seasonal naive {season}"] = seasonal_naive(series, season)
    for scale in scales(series.values):
        shared = (scale.values, series.seasons)
        rest = (series.marks, series.horizon)
        for title, rows in smoothing(*shared, *rest).items():
            found[scale.prefix + title] = scale.back(rows)
        found[scale.prefix + "Theta"] = scale.back(theta(*shared, *rest))
        for base in sorted({1, series.base}):
            for penalty, rows in regression(*shared, base, *rest).items():
                found[f"{scale.prefix}regression {base}/{penalty}"] = scale.back(rows)
    return {name: rows for name, rows in found.items() if np.isfinite(rows).all()}


def window_losses(errors: Cube) -> Matrix:
    """Candidates × windows: mean absolute error, in shares of the window's median candidate so that windows count alike."""
    losses = np.nanmean(np.abs(errors), axis=2)
    typical = np.median(losses, axis=0)
    tiny = 1e-9 * (1 + float(losses.max(initial=0)))
    shares: Matrix = (losses + tiny) / (typical + tiny)
    return shares


def weights(losses: Matrix) -> Vector:
    """A share per candidate: the fourth power of its loss's inverse, later windows first, the weak left out."""
    recency = MEMORY ** np.arange(losses.shape[1])[::-1]
    mean = losses @ recency / recency.sum()
    share = (mean.min() / mean) ** SHARPNESS
    share = np.where(share >= WEIGHT_DROPPED, share, 0)
    total: Vector = share / share.sum()
    return total


def left_out(forecasts: Cube, losses: Matrix) -> Matrix:
    """Windows × horizon: each window forecast with the weights that the other windows give."""
    windows = losses.shape[1]
    if windows == 1:
        return np.einsum("c,cwh->wh", weights(losses), forecasts)
    rows = []
    for window in range(windows):
        others = np.delete(losses, window, axis=1)
        rows.append(weights(others) @ forecasts[:, window])
    return np.array(rows)
