"""Exponential smoothing with none, one or two additive seasons, a damped trend and an error correction.

Holt (1957), Winters (1960), Gardner's damped trend (1985), Taylor's double season and AR(1) term (2003). All
candidate parameters of all structures run through the series side by side, one vector operation per step.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from kpis.analysis.forecasting.profiles import profile
from kpis.analysis.forecasting.series import Marks, Matrix, Vector

ALPHA, BETA, PHI, RHO, GAMMA = 0, 1, 2, 3, 4


def _trends(betas: tuple[float, ...], phis: tuple[float, ...]) -> list[tuple[float, float]]:
    """Pairs of trend share and damping; without a trend the damping says nothing."""
    return [(0.0, 1.0), *product(betas, phis)]


def _level_only() -> list[tuple[float, ...]]:
    alphas = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.0)
    return [(a, a * b, p, 0, 0, 0) for a in alphas for b, p in _trends((0.1, 0.3), (0.8, 0.9, 0.98))]


def _one_season() -> list[tuple[float, ...]]:
    levels = [(a, r) for a in (0.03, 0.1, 0.3, 0.6, 0.9) for r in (0, 0.4, 0.8) if not r or a < 0.5]
    return [
        (a, a * b, p, r, g * (1 - a), 0)
        for (a, r), (b, p), g in product(levels, _trends((0.1,), (0.9, 0.98)), (0.05, 0.15, 0.35, 0.6))
    ]


def _two_seasons() -> list[tuple[float, ...]]:
    axes = product((0.01, 0.05, 0.2, 0.5), (0, 0.5, 0.9), (0.05, 0.15, 0.3), (0.05, 0.15, 0.3, 0.5))
    return [(a, 0, 1, r, short, long) for a, r, short, long in axes]


GRIDS = [np.array(_level_only()), np.array(_one_season()), np.array(_two_seasons())]


@dataclass
class _State:
    """One column per parameter set; `profiles` holds a phases × sets array per season."""

    level: Vector
    trend: Vector
    error: Vector
    profiles: list[Matrix]


def smoothing(values: Vector, seasons: tuple[int, ...], marks: Marks, horizon: int) -> dict[str, Matrix]:
    """Marks × horizon per structure; at each mark the parameters with the least one-step error until then."""
    structures = range(len(seasons) + 1)
    sets = np.concatenate([GRIDS[count] for count in structures])
    owners = np.repeat(list(structures), [len(GRIDS[count]) for count in structures])
    state = _initial(values[: marks[0]], seasons, owners)
    start = min(marks[0] // 2, 2 * max(seasons, default=1) + 2)
    squares = np.zeros(len(sets))
    found: dict[str, list[Vector]] = {_title(count): [] for count in structures}
    done = 0
    for mark in marks:
        for position in range(done, mark):
            error = _step(state, sets, seasons, position, values[position])
            if position >= start:
                squares += error * error
        done = mark
        for count in structures:
            best = int(np.argmin(np.where(owners == count, squares, np.inf)))
            found[_title(count)].append(_ahead(state, sets[best], best, seasons, mark, horizon))
    return {title: np.array(rows) for title, rows in found.items()}


def _title(seasons: int) -> str:
    return ("damped trend", "Holt-Winters", "double-season Holt-Winters")[seasons]


def _initial(head: Vector, seasons: tuple[int, ...], owners: Vector) -> _State:
    """Level and profiles of the first seasons; a structure without a season keeps a flat profile."""
    level = np.full(len(owners), head[0])
    rest, profiles = head, []
    for order, season in enumerate(seasons, start=1):
        shape = profile(rest[: max(4 * season, 2 * season + 2)], season)
        rest = rest - shape[np.arange(len(rest)) % season]
        profiles.append(shape[:, None] * (owners >= order))
        level[owners == order] = rest[: max(season, 4)].mean()
    return _State(level, np.zeros(len(owners)), np.zeros(len(owners)), profiles)


def _step(state: _State, sets: Matrix, seasons: tuple[int, ...], position: int, value: float) -> Vector:
    """Learn one value; returns the one-step errors of all parameter sets."""
    drift = sets[:, PHI] * state.trend
    deviation = value - state.level - drift
    for season, shape in zip(seasons, state.profiles, strict=True):
        deviation -= shape[position % season]
    surprise = deviation - sets[:, RHO] * state.error
    state.level += drift + sets[:, ALPHA] * surprise
    state.trend = drift + sets[:, BETA] * surprise
    for order, (season, shape) in enumerate(zip(seasons, state.profiles, strict=True)):
        shape[position % season] += sets[:, GAMMA + order] * surprise
    state.error = deviation
    return surprise


def _ahead(
    state: _State, chosen: Vector, column: int, seasons: tuple[int, ...], mark: int, horizon: int
) -> Vector:
    """The forecast of one parameter set from the present state."""
    steps = np.arange(1, horizon + 1)
    forecast = state.level[column] + state.trend[column] * np.cumsum(chosen[PHI] ** steps)
    forecast = forecast + state.error[column] * chosen[RHO] ** steps
    for season, shape in zip(seasons, state.profiles, strict=True):
        forecast = forecast + shape[(mark + steps - 1) % season, column]
    result: Vector = forecast
    return result
