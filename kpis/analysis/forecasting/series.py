"""A series made ready for forecasting: gaps filled, usable seasons, backtest windows and transforms."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Marks = list[int]

WINDOWS = 12
LONGEST = 1500
CYCLES_KEPT = 4
SEASONS_USED = 2


@dataclass(frozen=True)
class Series:
    """`values` without gaps; `known` is False where a value was filled in; `seasons` ascending, perhaps none."""

    values: Vector
    known: npt.NDArray[np.bool_]
    seasons: tuple[int, ...]
    horizon: int
    marks: Marks  # how many values each backtest window may see; the last mark is the end of the series

    @property
    def base(self) -> int:
        """The season of the naive forecast that has to be beaten; 1 where no season is usable."""
        return self.seasons[0] if self.seasons else 1

    @property
    def change(self) -> float:
        """Mean absolute change over one base season, in the unit of the values (1 where nothing ever changes)."""
        steps = np.abs(self.values[self.base :] - self.values[: -self.base])
        return float(steps.mean()) if steps.any() else 1.0

    def futures(self) -> Matrix:
        """The known values after each backtest mark, windows × horizon, NaN where unknown or past the end."""
        padded = np.concatenate([np.where(self.known, self.values, np.nan), np.full(self.horizon, np.nan)])
        return np.array([padded[mark : mark + self.horizon] for mark in self.marks[:-1]]).reshape(-1, self.horizon)


def prepare(values: Sequence[float | None], seasons: Sequence[int], horizon: int) -> Series:
    """Read the end of a series that is long enough to learn from; raises ValueError where nothing is known."""
    given = np.array([math.nan if value is None else float(value) for value in values], dtype=float)
    if np.isinf(given).any():
        raise ValueError("a series to forecast holds an infinite value")
    present = np.flatnonzero(~np.isnan(given))
    if not len(present):
        raise ValueError("a series to forecast holds no known value")
    given = given[present[0] :][-max(LONGEST, CYCLES_KEPT * max(seasons)) :]
    known = ~np.isnan(given)
    usable = _usable_seasons(len(given), seasons, horizon)
    base = usable[0] if usable else 1
    windows = [mark for mark in _windows(len(given), horizon, base) if known[mark : mark + horizon].any()]
    return Series(_filled(given, base), known, usable, horizon, [*windows, len(given)])


def _usable_seasons(length: int, seasons: Sequence[int], horizon: int) -> tuple[int, ...]:
    """Seasons seen twice before the first backtest window."""
    ascending = sorted({season for season in seasons if season > 1})
    return tuple(s for s in ascending if length - _window_length(length, horizon) >= 2 * s + 2)[:SEASONS_USED]


def _filled(given: Vector, season: int) -> Vector:
    """Gaps take the value one season before, which keeps the profile; the first season is filled backwards."""
    filled = given.copy()
    for position in np.flatnonzero(np.isnan(filled)):
        before = position - season
        filled[position] = filled[before] if before >= 0 and not np.isnan(filled[before]) else filled[position - 1]
    return filled


def _window_length(length: int, horizon: int) -> int:
    """A short series is tested on windows it can bear: a third of it at most."""
    return max(1, min(horizon, length // 3))


def _windows(length: int, horizon: int, season: int) -> Marks:
    """Rolling origins, latest last: whole seasons apart where the horizon spans one, so phases match the forecast's."""
    last = length - _window_length(length, horizon)
    least = max(6, 2 * season + 2)
    stride = season if 1 < season <= horizon else max(1, horizon // 4)
    return list(range(last, least - 1, -stride))[:WINDOWS][::-1]


@dataclass(frozen=True)
class Scale:
    """A transform in which models work, its way back, and the bounds no forecast may leave."""

    prefix: str
    values: Vector
    back: Callable[[Matrix], Matrix]


def scales(values: Vector) -> list[Scale]:
    """The series as it is and, where every value is positive, its logarithm (growth and season multiply there)."""
    found = [Scale("", values, _bounded(values, lambda forecast: forecast))]
    if values.min() > 0:
        logarithms = np.log(values)
        found.append(Scale("log ", logarithms, _bounded(logarithms, np.exp)))
    return found


def _bounded(values: Vector, back: Callable[[Matrix], Matrix]) -> Callable[[Matrix], Matrix]:
    """A forecast may leave the range ever seen by that range once more: recursions must not explode."""
    room = float(np.ptp(values)) + 0.1
    low, high = float(values.min()) - room, float(values.max()) + room
    return lambda forecast: back(np.clip(forecast, low, high))
