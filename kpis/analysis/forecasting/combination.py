"""Candidates weighed by their rolling-origin errors, and the honest errors of the weighing itself."""

import numpy as np

from kpis.analysis.forecasting.naive import seasonal_naive
from kpis.analysis.forecasting.regression import regression
from kpis.analysis.forecasting.scales import scales
from kpis.analysis.forecasting.series import Cube, Matrix, Series, Vector
from kpis.analysis.forecasting.smoothing import smoothing
from kpis.analysis.forecasting.theta import theta

SHARPNESS = 6
WEIGHT_DROPPED = 0.2
MEMORY = 0.9


def candidates(series: Series) -> dict[str, Matrix]:
    """All forecasts that the series can bear, by name: marks × horizon."""
    found = {"naive": seasonal_naive(series, 1)}
    for season in series.seasons:
        found[f"seasonal naive {season}"] = seasonal_naive(series, season)
    for scale in scales(series):
        given = (scale.values, series.seasons, series.marks, series.horizon)
        models = {**smoothing(*given), "Theta": theta(*given)}
        for base in {1, series.base}:
            rows = regression(scale.values, series.seasons, base, series.marks, series.horizon)
            if rows is not None:
                models[f"regression on lag {base}"] = rows
        found |= {scale.prefix + title: scale.back(rows) for title, rows in models.items()}
    return {name: rows for name, rows in found.items() if np.isfinite(rows).all()}


def window_losses(errors: Cube) -> Matrix:
    """Candidates × windows: mean absolute errors in shares of the median candidate's, so that windows count alike."""
    losses = np.nanmean(np.abs(errors), axis=2)
    tiny = 1e-9 * float(losses.max()) or 1.0
    shares: Matrix = (losses + tiny) / (np.median(losses, axis=0) + tiny)
    return shares


def weights(losses: Matrix) -> Vector:
    """A share per candidate: the inverse of its loss, sharpened; later windows count more, weak candidates nothing."""
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
        return np.array([weights(losses) @ forecasts[:, 0]])
    others = (np.delete(losses, window, axis=1) for window in range(windows))
    return np.array([weights(rest) @ forecasts[:, window] for window, rest in enumerate(others)])
