"""Exponential smoothing with none, one or two additive seasons, a damped trend and an error correction.

Holt (1957), Winters (1960), Gardner's damped trend (1985), Taylor's double season and AR(1) term (2003). All
candidate parameters of all structures run through the series side by side, one vector operation per step.
"""

from itertools import product

import numpy as np

from kpis.analysis.forecasting.profiles import profile
from kpis.analysis.forecasting.series import Marks, Matrix, Vector

TITLES = ("damped trend", "Holt-Winters", "double-season Holt-Winters")
FLAT, SHARE_DAMPED = (0.0, 1.0), 0.1


def _level_only() -> list[tuple[float, ...]]:
    trends = [FLAT, *product((SHARE_DAMPED, 0.3), (0.8, 0.9, 0.98))]
    alphas = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.0)
    return [(alpha, alpha * share, damping, 0, 0, 0) for alpha in alphas for share, damping in trends]


def _one_season() -> list[tuple[float, ...]]:
    levels = [*product((0.03, 0.1, 0.3), (0, 0.4, 0.8)), (0.6, 0), (0.9, 0)]
    trends = [FLAT, (SHARE_DAMPED, 0.9), (SHARE_DAMPED, 0.98)]
    return [
        (alpha, alpha * share, damping, memory, seasonal * (1 - alpha), 0)
        for (alpha, memory), (share, damping), seasonal in product(levels, trends, (0.05, 0.15, 0.35, 0.6))
    ]


def _two_seasons() -> list[tuple[float, ...]]:
    axes = product((0.01, 0.05, 0.2, 0.5), (0, 0.5, 0.9), (0.05, 0.15, 0.3), (0.05, 0.15, 0.3, 0.5))
    return [(alpha, 0, 1, memory, short, long) for alpha, memory, short, long in axes]


# Columns are parameter sets; rows are those of `_Bank`: alpha, beta, phi, rho and a gamma per season.
GRIDS = [np.array(rows).T.copy() for rows in (_level_only(), _one_season(), _two_seasons())]


def smoothing(values: Vector, seasons: tuple[int, ...], marks: Marks, horizon: int) -> dict[str, Matrix]:
    """Marks × horizon per structure; at each mark the parameters with the least one-step error until then."""
    bank = _Bank(values[: marks[0]], seasons)
    start = min(marks[0] // 2, 2 * max(seasons, default=1) + 2)
    squares = np.zeros(len(bank.owners))
    found: dict[str, list[Vector]] = {title: [] for title in TITLES[: len(seasons) + 1]}
    done = 0
    for mark in marks:
        for position in range(done, mark):
            error = bank.learn(position, values[position])
            if position >= start:
                squares += error * error
        done = mark
        for structure, rows in enumerate(found.values()):
            best = int(np.argmin(np.where(bank.owners == structure, squares, np.inf)))
            rows.append(bank.ahead(best, mark, horizon))
    return {title: np.array(rows) for title, rows in found.items()}


class _Bank:
    """The state of all parameter sets at one moment: level, trend, last error, and phases × sets per season."""

    def __init__(self, head: Vector, seasons: tuple[int, ...]) -> None:
        structures = range(len(seasons) + 1)
        sets = np.concatenate([GRIDS[count] for count in structures], axis=1)
        self.owners = np.repeat(list(structures), [GRIDS[count].shape[1] for count in structures])
        self.alpha, self.beta, self.phi, self.rho = sets[:4]
        self.gammas = sets[4:]
        self.seasons = seasons
        self.level = np.full(len(self.owners), head[0])
        self.trend = np.zeros(len(self.owners))
        self.error = np.zeros(len(self.owners))
        self.profiles = self._first_profiles(head)

    def _first_profiles(self, head: Vector) -> list[Matrix]:
        """Profiles of the first seasons, and the level beside them; a structure without a season stays flat."""
        rest, profiles = head, []
        for order, season in enumerate(self.seasons, start=1):
            shape = profile(rest[: 4 * season], season)
            rest = rest - shape[np.arange(len(rest)) % season]
            profiles.append(shape[:, None] * (self.owners >= order))
            self.level[self.owners == order] = rest[: max(season, 4)].mean()
        return profiles

    def learn(self, position: int, value: float) -> Vector:
        """Learn one value; returns the one-step errors of all parameter sets."""
        drift = self.phi * self.trend
        deviation = value - self.level - drift
        for season, shape in zip(self.seasons, self.profiles, strict=True):
            deviation -= shape[position % season]
        surprise: Vector = deviation - self.rho * self.error
        self.level += drift + self.alpha * surprise
        self.trend = drift + self.beta * surprise
        for season, shape, gamma in zip(self.seasons, self.profiles, self.gammas, strict=False):
            shape[position % season] += gamma * surprise
        self.error = deviation
        return surprise

    def ahead(self, chosen: int, mark: int, horizon: int) -> Vector:
        """The forecast of one parameter set from the present state."""
        steps = np.arange(1, horizon + 1)
        forecast: Vector = self.level[chosen] + self.trend[chosen] * np.cumsum(self.phi[chosen] ** steps)
        forecast += self.error[chosen] * self.rho[chosen] ** steps
        for season, shape in zip(self.seasons, self.profiles, strict=True):
            forecast += shape[(mark + steps - 1) % season, chosen]
        return forecast
