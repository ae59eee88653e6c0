"""The detector: a point is strange where one of its views lies far from all that the series has shown."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kpis.analysis.detection.novelty import SeenValues
from kpis.analysis.detection.season import PhaseMedians, hour_of_day, hour_of_week

MEAN_DEVIATION_TO_SIGMA = math.sqrt(math.pi / 2)
ALARM = 0.5
LARGEST = 1e300
OUTLIER = 4.0
SLOWEST_RATE = 0.002  # of the errors by which seasons are compared: a memory of 500 points
RESIDUALS = slice(1, 3)


class Kind(StrEnum):
    """What is strange about a point."""

    SPIKE = "spike"
    SHIFT = "shift"
    SPREAD = "spread"


class Direction(StrEnum):
    """Above or below what was expected; for a spread, more or less movement."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Configuration:
    """One for all series; docs/decisions/0006-anomaly-detection.md says how each number was found.

    tolerance: distance from all known values, as a share of their range, that is strange in a long series.
    wariness: points at which the tolerance is still doubled, because a short series does not know its range.
    least_history: points before anything is judged.  least_count: facts under which a point is not judged.
    smoothing: λ of the EWMA of the residual.  width: L of the drawn limits, in standard deviations.
    spreads: λ of the EWMAs of movement.  level: λ of the level.  passes: same phases whose median is expected.
    season_gain: share of the level's error below which a season is used.  rest: points without a second alarm.
    memory: points after which a value not met again is forgotten.  grain: values nearer than this are one.
    """

    tolerance: float = 0.04
    wariness: int = 400
    least_history: int = 14
    least_count: int = 5
    smoothing: float = 0.2
    width: float = 2.9
    spreads: tuple[float, ...] = (0.1,)
    level: float = 0.01
    passes: int = 8
    season_gain: float = 0.8
    rest: int = 10
    memory: int = 5000
    grain: float = 0.01


DEFAULT = Configuration()


@dataclass(frozen=True)
class Judgement:
    """What the detector says of one point; `score` is in [0, 1) and an alarm needs at least one half.

    `expected` and the limits are in the unit of the series, and None before there is a history.
    """

    score: float
    expected: float | None
    low: float | None
    high: float | None
    is_alarm: bool = False
    kind: Kind | None = None
    direction: Direction | None = None


@dataclass(slots=True)
class View:
    """One way to look at a series: an EWMA of it (λ = 1: the thing itself) and what that EWMA has been."""

    kind: Kind
    smoothing: float
    seen: SeenValues
    mean: float = 0.0

    def follow(self, value: float) -> None:
        """Move the EWMA; a plain mean while the view is younger than its memory."""
        self.mean += max(self.smoothing, 1 / (self.seen.turn + 1)) * (value - self.mean)

    def forget(self) -> None:
        """Start anew, because the numbers shown from now on mean something else."""
        self.seen.restore(0, [], [])
        self.mean = 0.0


@dataclass(slots=True)
class Running:
    """The scalars that a series needs from point to point."""

    turn: int = 0
    last: float = 0.0
    level: float = 0.0
    movement: float = 0.0
    deviation: float = 0.0
    rested: int = 0
    season: int = 0


class Detector:
    """Judges a series point by point, in the order given; never looks ahead; memory is bounded.

    Gaps need nothing; a second value for the same time is one more point.
    """

    def __init__(self, configuration: Configuration = DEFAULT) -> None:
        c = self.configuration = configuration
        self._running = Running(rested=c.rest)
        self._seasons = [PhaseMedians(c.passes), PhaseMedians(c.passes)]
        plan = [(Kind.SPIKE, 1.0), (Kind.SPIKE, 1.0), (Kind.SHIFT, c.smoothing)]
        plan += [(Kind.SPREAD, smoothing) for smoothing in c.spreads]
        self._views = [View(kind, smoothing, SeenValues(c.grain, c.memory)) for kind, smoothing in plan]

    def observe(
        self, at: datetime, value: float, *, count: int | None = None, partial: bool = False
    ) -> Judgement:
        """Judge a value and learn from it; a partial bucket, or one of too few facts, is neither judged nor learned.

        `at` is in the series' own local time. Raises ValueError for a value that is not finite or beyond ±1e300.
        """
        if not abs(value) <= LARGEST:
            raise ValueError(f"not a finite number of usable size: {value}")
        c, now = self.configuration, self._running
        for season, phase in zip(self._seasons, (hour_of_day(at), hour_of_week(at)), strict=True):
            season.enter(phase, at)
        expected = self._expected() if now.turn else value
        if partial or (count is not None and count < c.least_count):
            return self._judged(expected, 0.0)
        now.turn += 1
        if now.turn == 1:
            now.last = now.level = value
        residual = value - expected
        movement = self._movement(value)
        shown = [value, residual, residual] + [movement] * len(c.spreads)
        strangest, highest, side = self._views[0], 0.0, 0.0
        for view, number in zip(self._views, shown, strict=True):
            before = view.mean
            view.follow(number)
            score = self._score(view)
            if score > highest:
                strangest, highest = view, score
                side = view.mean - before if view.kind is Kind.SPREAD else residual
            view.seen.learn(view.mean)
        judgement = self._judged(expected, highest, strangest, side)
        self._learn(value, residual)
        self._choose_season()
        return judgement

    def state(self) -> dict[str, Any]:
        """All that is needed to go on later, as JSON-able values."""
        now = self._running
        return {
            "running": [now.turn, now.last, now.level, now.movement, now.deviation, now.rested, now.season],
            "seasons": [season.state() for season in self._seasons],
            "views": [[view.mean, view.seen.state()] for view in self._views],
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], configuration: Configuration = DEFAULT) -> "Detector":
        """A detector that goes on exactly where the one that gave this state stopped, under the same configuration."""
        detector = cls(configuration)
        detector._running = Running(*state["running"])
        for season, known in zip(detector._seasons, state["seasons"], strict=True):
            season.restore(known)
        for view, (mean, seen) in zip(detector._views, state["views"], strict=True):
            view.mean = mean
            view.seen.restore(*seen)
        return detector

    def _expected(self) -> float:
        """What the season in use foretells; the level where no season is in use, or this phase is still unknown."""
        season = self._season_in_use()
        return season.expected if season is not None and season.expected is not None else self._running.level

    def _season_in_use(self) -> PhaseMedians | None:
        return self._seasons[self._running.season - 1] if self._running.season else None

    def _choose_season(self) -> None:
        """Change to a season, or back to the level, that is clearly better; what was learned of residuals ends."""
        used = self._season_in_use()
        least = self.configuration.season_gain * (used.advantage() if used is not None else 1.0)
        best = self._running.season
        if used is not None and least > 1.0:
            least, best = 1.0, 0
        for place, season in enumerate(self._seasons, start=1):
            if season.is_proven() and season.advantage() < least:
                least, best = season.advantage(), place
        if best != self._running.season:
            self._running.season = best
            self._running.deviation = self._seasons[best - 1].error if best else self._running.deviation
            for view in self._views[RESIDUALS]:
                view.forget()

    def _score(self, view: View) -> float:
        """Distance over distance plus tolerance: one half where the distance is just what is tolerated."""
        c, age = self.configuration, view.seen.turn
        if age < c.least_history:
            return 0.0
        distance = view.seen.distance(view.mean)
        return distance / (distance + c.tolerance * (1 + c.wariness / age))

    def _movement(self, value: float) -> float:
        """Logarithm of the step from the last value, over the mean step; a tenth of the mean is its floor."""
        now = self._running
        step = abs(value - now.last)
        now.last = value
        now.movement += (step - now.movement) / now.turn
        return math.log((step + 0.1 * now.movement) / (1.1 * now.movement)) if now.movement > 0.0 else 0.0

    def _learn(self, value: float, residual: float) -> None:
        c, now = self.configuration, self._running
        error = abs(value - now.level)
        rate = max(c.level, 1 / now.turn)
        for season in self._seasons:
            season.learn(value, error, SLOWEST_RATE)
        now.level += rate * (value - now.level)
        size = abs(residual)
        if now.turn > c.least_history and now.deviation > 0.0:
            size = min(size, OUTLIER * now.deviation)
        now.deviation += rate * (size - now.deviation)

    def _judged(
        self, expected: float, score: float, view: View | None = None, side: float = 0.0
    ) -> Judgement:
        c, now = self.configuration, self._running
        if now.turn < c.least_history:
            return Judgement(0.0, None, None, None)
        margin = c.width * MEAN_DEVIATION_TO_SIGMA * now.deviation
        is_strange = view is not None and score >= ALARM
        is_alarm = is_strange and now.rested >= c.rest
        if view is not None:
            now.rested = 1 if is_alarm else now.rested + 1
        return Judgement(
            score=score,
            expected=expected,
            low=expected - margin,
            high=expected + margin,
            is_alarm=is_alarm,
            kind=view.kind if view is not None and is_strange else None,
            direction=(Direction.UP if side > 0 else Direction.DOWN) if is_strange else None,
        )
