"""The forecasts that everything else has to beat."""

import numpy as np

from kpis.analysis.forecasting.series import Matrix, Series


def seasonal_naive(series: Series, season: int) -> Matrix:
    """The last season repeated from each mark on, marks × horizon; `season` 1 repeats the last value."""
    steps = np.arange(series.horizon) % season
    return np.array([series.values[mark - season + steps] for mark in series.marks])
