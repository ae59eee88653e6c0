"""The measures of the M4 competition, as published (Makridakis, Spiliotis, Assimakopoulos 2020)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


def smape(actual: Sequence[float] | Vector, predicted: Sequence[float] | Vector) -> float:
    """Symmetric mean absolute percentage error, 0 to 200: mean of 200·|a − f| / (|a| + |f|), 0 where both are 0."""
    truth, guess = np.asarray(actual, float), np.asarray(predicted, float)
    size = np.abs(truth) + np.abs(guess)
    return float(np.mean(np.where(size > 0, 200 * np.abs(truth - guess) / np.where(size > 0, size, 1), 0)))


def seasonal_scale(history: Sequence[float] | Vector, season: int) -> float:
    """Mean |y(t) − y(t − season)| over the known history, in its unit: the denominator of MASE."""
    known = np.asarray(history, float)
    return float(np.nanmean(np.abs(known[season:] - known[:-season])))


def mase(
    actual: Sequence[float] | Vector,
    predicted: Sequence[float] | Vector,
    history: Sequence[float] | Vector,
    season: int,
) -> float:
    """Mean absolute scaled error (Hyndman, Koehler 2006): 1 is as wrong as seasonal naive inside the history."""
    errors = np.abs(np.asarray(actual, float) - np.asarray(predicted, float))
    return float(errors.mean()) / seasonal_scale(history, season)


def owa(smape_mean: float, mase_mean: float, naive2_smape: float, naive2_mase: float) -> float:
    """Overall weighted average: both mean errors as shares of Naive2's, averaged; below 1 is better than Naive2."""
    return (smape_mean / naive2_smape + mase_mean / naive2_mase) / 2
