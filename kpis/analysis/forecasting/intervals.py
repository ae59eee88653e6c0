"""Intervals of 80 % and of 50 % from what the backtest got wrong, step by step."""

import numpy as np

from kpis.analysis.forecasting.series import Matrix, Vector

LEVEL, INNER_LEVEL = 0.8, 0.5
# Mean absolute deviations to either side that hold such a share of a normal distribution.
DEVIATIONS = {LEVEL: 1.6, INNER_LEVEL: 0.845}


def half_widths(errors: Matrix, level: float = LEVEL) -> Vector:
    """Half the interval per step, in the unit of the errors (windows × horizon, NaN unknown).

    The mean error by step, smoothed over neighbouring steps, times the quantile of `level` of all errors in shares of
    it; with n windows 1 + 1/n wider, because the errors of one window resemble each other.
    """
    by_step = smoothed_steps(errors)
    windows = int((~np.isnan(errors)).any(axis=1).sum())
    return by_step * float(np.nanquantile(np.abs(errors) / by_step, level)) * (1 + 1 / windows)


def smoothed_steps(errors: Matrix) -> Vector:
    """Mean absolute error around each step; steps beyond the windows grow like the square root of time."""
    horizon = errors.shape[1]
    known = np.flatnonzero((~np.isnan(errors)).any(axis=0))
    reach = max(1, horizon // 8)
    means = [np.nanmean(np.abs(errors[:, max(0, step - reach) : step + reach + 1])) for step in known]
    steps = np.interp(np.arange(horizon), known, means)
    beyond = np.arange(known[-1] + 1, horizon)
    steps[beyond] *= np.sqrt((beyond + 1) / (known[-1] + 1))
    result: Vector = steps + (1e-9 * float(steps.max()) or 1e-300)
    return result


def coverage(errors: Matrix) -> float | None:
    """Share of known backtest values inside the interval that the other windows give; None below two windows."""
    if len(errors) < 2:
        return None
    inside = []
    for window, row in enumerate(errors):
        present = ~np.isnan(row)
        width = half_widths(np.delete(errors, window, axis=0))
        inside.extend(np.abs(row[present]) <= width[present])
    return float(np.mean(inside))
