"""What a series is expected to be at a moment: its level, or its usual value at this hour or weekday."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

HOURS = 24


def hour_of_day(at: datetime) -> int:
    """0 to 23."""
    return at.hour


def hour_of_week(at: datetime) -> int:
    """0 to 167; the weekday for a daily series."""
    return at.weekday() * HOURS + at.hour


@dataclass(slots=True)
class PhaseMedians:
    """The median of the last few passes through each phase of a cycle, and how well it foretells the series."""

    keep: int
    passes: dict[int, list[float]] = field(default_factory=dict)
    moment: tuple[int, int] | None = None
    phase: int = 0
    total: float = 0.0
    count: int = 0
    expected: float | None = None
    judged: int = 0
    error: float = 0.0
    level_error: float = 0.0

    def enter(self, phase: int, at: datetime) -> None:
        """Close the phase that has passed, as one mean, and look up the one that begins."""
        moment = (at.toordinal(), at.hour)
        if moment == self.moment:
            return
        if self.count:
            known = self.passes.setdefault(self.phase, [])
            known.append(self.total / self.count)
            del known[: -self.keep]
        self.moment, self.phase, self.total, self.count = moment, phase, 0.0, 0
        known = self.passes.get(phase, [])
        self.expected = median(known) if len(known) > 1 else None

    def learn(self, value: float, level_error: float, rate: float) -> None:
        """Add a value of the open phase; compare the errors of phase and level (same unit as the series)."""
        self.total += value
        self.count += 1
        if self.expected is not None:
            self.judged += 1
            share = max(rate, 1 / self.judged)
            self.error += share * (abs(value - self.expected) - self.error)
            self.level_error += share * (level_error - self.level_error)

    def is_proven(self) -> bool:
        """Its errors have been seen through two cycles of the phases that the series has."""
        return self.judged >= 2 * len(self.passes)

    def advantage(self) -> float:
        """Its mean absolute error over the level's: below 1 where the season helps; 1 until both are known."""
        return self.error / self.level_error if self.level_error > 0.0 else 1.0

    def state(self) -> dict[str, Any]:
        """A JSON-able copy."""
        passes = {str(phase): list(known) for phase, known in self.passes.items()}
        moment = list(self.moment) if self.moment else None
        scalars = [
            self.phase,
            self.total,
            self.count,
            self.expected,
            self.judged,
            self.error,
            self.level_error,
        ]
        return {"passes": passes, "moment": moment, "scalars": scalars}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.passes = {int(phase): list(known) for phase, known in state["passes"].items()}
        self.moment = (state["moment"][0], state["moment"][1]) if state["moment"] else None
        scalars: Sequence[Any] = state["scalars"]
        self.phase, self.total, self.count, self.expected = scalars[:4]
        self.judged, self.error, self.level_error = scalars[4:]
