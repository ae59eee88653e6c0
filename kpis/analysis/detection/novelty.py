"""How far a number is from everything a series has shown before."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

SWEEP_EVERY = 64
SMALLEST_SHARE = 1e-9


@dataclass(slots=True)
class SeenValues:
    """A sorted, thinned record of the values seen, each with the turn at which it was last met.

    Values nearer to each other than `grain` × the range share one entry, so the record holds few hundred numbers
    however long the series is; entries not met for `memory` turns are forgotten.
    """

    grain: float
    memory: int
    values: list[float] = field(default_factory=list)
    met: list[int] = field(default_factory=list)
    turn: int = 0

    def distance(self, value: float) -> float:
        """Distance to the nearest value seen, as a share of the range seen; ≥ 0, 1 where only one value was seen."""
        if not self.values:
            return 0.0
        near, _place = self._nearest(value)
        spread = self.values[-1] - self.values[0]
        if spread > 0.0:
            return near / spread
        return 1.0 if near > SMALLEST_SHARE * abs(value) else 0.0

    def learn(self, value: float) -> None:
        """From now on this value, and all within the grain around it, is known."""
        self.turn += 1
        if not self.values:
            self._insert(0, value)
        else:
            near, place = self._nearest(value)
            if near <= self.grain * (self.values[-1] - self.values[0]):
                self.met[place] = self.turn
            else:
                self._insert(bisect_left(self.values, value), value)
        if self.turn % SWEEP_EVERY == 0:
            self._sweep()

    def state(self) -> list[object]:
        """A JSON-able copy."""
        return [self.turn, list(self.values), list(self.met)]

    def restore(self, turn: int, values: Sequence[float], met: Sequence[int]) -> None:
        """Take over what `state` gave."""
        self.turn, self.values, self.met = turn, list(values), list(met)

    def _nearest(self, value: float) -> tuple[float, int]:
        place = bisect_left(self.values, value)
        if place == len(self.values):
            return value - self.values[-1], place - 1
        above = self.values[place] - value
        if place and value - self.values[place - 1] < above:
            return value - self.values[place - 1], place - 1
        return above, place

    def _insert(self, place: int, value: float) -> None:
        self.values.insert(place, value)
        self.met.insert(place, self.turn)

    def _sweep(self) -> None:
        """Forget old entries, and merge those that a grown range has brought within the grain."""
        gap = self.grain * (self.values[-1] - self.values[0])
        oldest = self.turn - self.memory
        kept: list[int] = []
        for place, (value, met) in enumerate(zip(self.values, self.met, strict=True)):
            if met <= oldest:
                continue
            if kept and place < len(self.values) - 1 and value - self.values[kept[-1]] < gap / 2:
                self.met[kept[-1]] = max(self.met[kept[-1]], met)
                continue
            kept.append(place)
        if len(kept) > 1:
            self.values = [self.values[place] for place in kept]
            self.met = [self.met[place] for place in kept]
