"""The scales in which models work: standardized values and, for positive series, standardized logarithms."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kpis.analysis.forecasting.series import Matrix, Vector


@dataclass(frozen=True)
class Scale:
    """A series with mean 0 and deviation 1, and the way back; forecasts stay within reach of the range ever seen."""

    prefix: str
    values: Vector
    mean: float
    deviation: float
    inverse: Callable[[Matrix], Matrix]
    low: float
    high: float

    def back(self, forecasts: Matrix) -> Matrix:
        """Forecasts in the unit of the series: recursions and logarithms must not explode."""
        reach = float(np.ptp(self.values))
        within = np.clip(forecasts, self.values.min() - reach, self.values.max() + reach)
        return np.clip(self.inverse(within * self.deviation + self.mean), self.low, self.high)


def scales(values: Vector) -> list[Scale]:
    """The series as it is and, where every value is positive, its logarithm: there, growth and seasons multiply."""
    found = [_standardized("", values, values, lambda forecasts: forecasts)]
    if values.min() > 0:
        found.append(_standardized("log ", np.log(values), values, np.exp))
    return found


def _standardized(prefix: str, scaled: Vector, values: Vector, inverse: Callable[[Matrix], Matrix]) -> Scale:
    mean, deviation = float(scaled.mean()), float(scaled.std()) or 1.0
    reach = float(np.ptp(values))
    low, high = float(values.min()) - reach, float(values.max()) + reach
    return Scale(prefix, (scaled - mean) / deviation, mean, deviation, inverse, low, high)
