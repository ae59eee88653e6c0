"""The scales in which models work: standardized values and, for positive series, standardized logarithms."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kpis.analysis.forecasting.series import Matrix, Series, Vector, reach


@dataclass(frozen=True)
class Scale:
    """A series with mean 0 and deviation 1, and the way back."""

    prefix: str
    values: Vector
    back: Callable[[Matrix], Matrix]


def scales(series: Series) -> list[Scale]:
    """The series as it is and, where every value is positive, its logarithm: there, growth and seasons multiply."""
    found = [_standardized("", series.values, series, lambda forecasts: forecasts)]
    if series.values.min() > 0:
        found.append(_standardized("log ", np.log(series.values), series, np.exp))
    return found


def _standardized(prefix: str, scaled: Vector, series: Series, inverse: Callable[[Matrix], Matrix]) -> Scale:
    """Forecasts come back within reach of the range seen, in both scales: nothing may explode."""
    mean, deviation = float(scaled.mean()), float(scaled.std()) or 1.0
    inner = [bound[:, None] for bound in reach(scaled, series.marks)]
    outer = [bound[:, None] for bound in reach(series.values, series.marks)]

    def back(forecasts: Matrix) -> Matrix:
        return np.clip(inverse(np.clip(forecasts * deviation + mean, *inner)), *outer)

    return Scale(prefix, (scaled - mean) / deviation, back)
