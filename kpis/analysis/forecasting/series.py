"""A series made ready for forecasting: gaps filled, usable seasons and the windows of its backtest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Cube = npt.NDArray[np.float64]
Marks = list[int]

WINDOWS = 12
LONGEST = 1500
CYCLES_KEPT = 4
SEASONS_USED = 2
LARGEST = 1e150  # squares and their sums must stay finite


@dataclass(frozen=True)
class Series:
    """`values` without gaps; `known` is False where a value was filled in; `seasons` ascending, perhaps none.

    Each mark says how many values a backtest window may see; the last mark is the end of the series.
    """

    values: Vector
    known: npt.NDArray[np.bool_]
    seasons: tuple[int, ...]
    horizon: int
    marks: Marks

    @property
    def base(self) -> int:
        """The season of the naive forecast that has to be beaten; 1 where no season is usable."""
        return self.seasons[0] if self.seasons else 1

    @property
    def change(self) -> float:
        """Mean absolute change over one base season, in the unit of the values; 0 for a single value."""
        steps = np.abs(self.values[self.base :] - self.values[: -self.base])
        return float(steps.mean()) if len(steps) else 0.0

    def futures(self) -> Matrix:
        """The known values after each backtest mark, windows × horizon, NaN where unknown or past the end."""
        padded = np.concatenate([np.where(self.known, self.values, np.nan), np.full(self.horizon, np.nan)])
        return np.array([padded[mark : mark + self.horizon] for mark in self.marks[:-1]])


def prepare(values: Sequence[float | None], seasons: Sequence[int], horizon: int) -> Series:
    """The part of a series to learn from: its last 1,500 values, or four of its longest season.

    Raises ValueError where nothing of that is known or a value is beyond ±1e150.
    """
    reach = max(LONGEST, CYCLES_KEPT * max(seasons))
    given = np.array([np.nan if value is None else float(value) for value in values[-reach:]], dtype=float)
    present = np.flatnonzero(~np.isnan(given))
    if not len(present):
        raise ValueError("the series holds no known value")
    if np.abs(given[present]).max() > LARGEST:
        raise ValueError("the series holds a value too large to forecast from")
    given = given[present[0] :]
    usable = _usable_seasons(len(given), seasons, horizon)
    base = usable[0] if usable else 1
    known = ~np.isnan(given)
    windows = [mark for mark in _windows(len(given), horizon, base) if known[mark : mark + horizon].any()]
    return Series(_filled(given, base), known, usable, horizon, [*windows, len(given)])


def _window_length(length: int, horizon: int) -> int:
    """A short series is tested on windows it can bear: a third of it at most."""
    return max(1, min(horizon, length // 3))


def _usable_seasons(length: int, seasons: Sequence[int], horizon: int) -> tuple[int, ...]:
    """Seasons seen twice before the latest backtest window."""
    seen = length - _window_length(length, horizon)
    return tuple(season for season in sorted(set(seasons)) if 1 < season <= (seen - 2) // 2)[:SEASONS_USED]


def _windows(length: int, horizon: int, season: int) -> Marks:
    """Rolling origins, ascending; whole seasons apart where the horizon spans one, so that the phases match."""
    latest = length - _window_length(length, horizon)
    least = max(6, 2 * season + 2)
    stride = season if 1 < season <= horizon else max(1, horizon // 4)
    return list(range(latest, least - 1, -stride))[:WINDOWS][::-1]


def _filled(given: Vector, season: int) -> Vector:
    """Gaps take the value one season before, which keeps the profile, or the value before where there is none."""
    filled = given.copy()
    for position in np.flatnonzero(np.isnan(filled)):
        filled[position] = filled[position - (season if position >= season else 1)]
    return filled


def reach(values: Vector, marks: Marks) -> tuple[Vector, Vector]:
    """Per mark the lowest and highest value a forecast may take: the range seen until then, once more to both sides."""
    low, high = (bound.accumulate(values)[np.array(marks) - 1] for bound in (np.minimum, np.maximum))
    return 2 * low - high, 2 * high - low
