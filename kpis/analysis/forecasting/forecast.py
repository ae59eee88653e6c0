"""One forecast of one series: candidates, their weights, the interval and the comparison with seasonal naive."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpis.analysis.forecasting import intervals
from kpis.analysis.forecasting.combination import candidates, left_out, weights, window_losses
from kpis.analysis.forecasting.naive import seasonal_naive
from kpis.analysis.forecasting.series import Series, Vector, prepare

METHODS_NAMED = 3


@dataclass(frozen=True)
class Forecast:
    """The values after the end of a series, with intervals of 80 % and (`inner_…`) 50 %, and what the backtest says.

    `mase` and `naive_mase` are mean absolute errors of the backtest in shares of the history's seasonal change;
    they and `coverage`, the share of backtest values inside the interval, are None where the series is too short.
    """

    points: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    inner_lows: tuple[float, ...]
    inner_highs: tuple[float, ...]
    method: str
    mase: float | None
    naive_mase: float | None
    coverage: float | None
    beats_naive: bool


def forecast(
    values: Sequence[float | None],
    season: int | Sequence[int],
    horizon: int,
    *,
    floor: float | None = None,
    ceiling: float | None = None,
) -> Forecast:
    """Forecast `horizon` steps of equally spaced values (None is a gap), kept within `floor` and `ceiling`.

    `season` is the length of the season in steps, or several. Raises ValueError for a horizon or season below 1,
    a value beyond ±1e150, or a series without any value.
    """
    seasons = [season] if isinstance(season, int) else list(season)
    if horizon < 1 or not seasons or min(seasons) < 1:
        raise ValueError("horizon and season must be at least 1")
    series = prepare(values, seasons, horizon)
    bounds = (-np.inf if floor is None else floor, np.inf if ceiling is None else ceiling)
    return _tested(series, bounds) if len(series.marks) > 1 else _untested(series, bounds)


def _tested(series: Series, bounds: tuple[float, float]) -> Forecast:
    """The weighted candidates; every number of the backtest leaves out the window it judges."""
    found = candidates(series)
    cube = np.clip(np.array(list(found.values())), *bounds)
    futures = series.futures()
    losses = window_losses(cube[:, :-1] - futures)
    share = weights(losses)
    errors = left_out(cube[:, :-1], losses) - futures
    naive_errors = seasonal_naive(series, series.base)[:-1] - futures
    mase, naive_mase = (
        float(np.nanmean(np.abs(wrong))) / (series.change or 1.0) for wrong in (errors, naive_errors)
    )
    best = [
        list(found)[place] for place in np.argsort(-share, kind="stable")[:METHODS_NAMED] if share[place] > 0
    ]
    points, width = share @ cube[:, -1], intervals.half_widths(errors)
    inner = intervals.half_widths(errors, intervals.INNER_LEVEL)
    return Forecast(
        points=_inside(points, bounds),
        lows=_inside(points - width, bounds),
        highs=_inside(points + width, bounds),
        inner_lows=_inside(points - inner, bounds),
        inner_highs=_inside(points + inner, bounds),
        method=" + ".join(best),
        mase=mase,
        naive_mase=naive_mase,
        coverage=intervals.coverage(errors),
        beats_naive=mase < naive_mase,
    )


def _untested(series: Series, bounds: tuple[float, float]) -> Forecast:
    """Too little known to test anything: the naive forecast, with an interval that grows like a random walk's."""
    points = seasonal_naive(series, series.base)[-1]
    deviation = series.change * np.sqrt(np.arange(1, series.horizon + 1))
    width, inner = (
        intervals.DEVIATIONS[level] * deviation for level in (intervals.LEVEL, intervals.INNER_LEVEL)
    )
    return Forecast(
        points=_inside(points, bounds),
        lows=_inside(points - width, bounds),
        highs=_inside(points + width, bounds),
        inner_lows=_inside(points - inner, bounds),
        inner_highs=_inside(points + inner, bounds),
        method=f"seasonal naive {series.base}" if series.base > 1 else "naive",
        mase=None,
        naive_mase=None,
        coverage=None,
        beats_naive=False,
    )


def _inside(line: Vector, bounds: tuple[float, float]) -> tuple[float, ...]:
    return tuple(np.clip(line, *bounds).tolist())
