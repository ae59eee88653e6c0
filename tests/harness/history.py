"""What clients asked for and what they were told, written down as it happened and judged afterwards."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the client knows at the end."""

    OK = "ok"
    FAIL = "fail"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What was asked for."""

    PUSH = "push"
    TASK = "task"
    CHANGE = "change"
    FEEDBACK = "feedback"
    REPLY = "reply"
    READ = "read"
    GOAL = "goal"


@dataclass(slots=True)
class Operation:
    """One thing asked for with a text that no other carries; repeats of its request under the same key belong to it.

    Of several in one request, each of which is acknowledged by itself, the first stands for the request.
    """

    number: int
    kind: Kind
    subject: str
    invoked_at: float
    parent: str = ""
    is_request: bool = True
    ended_at: float = 0.0
    outcome: Outcome = Outcome.UNKNOWN
    first_outcome: Outcome | None = None
    attempts: int = 0
    statuses: tuple[int, ...] = ()

    def tried(self, outcome: Outcome, status: int | None) -> None:
        """One attempt came to this."""
        self.attempts += 1
        self.first_outcome = self.first_outcome or outcome
        self.outcome = outcome
        self.ended_at = time.monotonic()
        if status is not None:
            self.statuses += (status,)


class History:
    """Every operation of a run; any number of threads may begin some."""

    def __init__(self, run: str = "op") -> None:
        self.operations: list[Operation] = []
        self._run = run
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def begin(self, kind: Kind, parent: str = "", *, is_request: bool = True) -> Operation:
        """An operation that from now on may or may not have happened."""
        with self._lock:
            number = next(self._numbers)
            subject = f"{self._run}:{number}"
            operation = Operation(number, kind, subject, time.monotonic(), parent, is_request)
            self.operations.append(operation)
        return operation

    def of(self, *kinds: Kind) -> list[Operation]:
        """The operations of these kinds, in the order in which they began."""
        return [each for each in self.operations if each.kind in kinds]

    def counts(self) -> dict[str, object]:
        """How many there were, by outcome and by kind."""
        return {
            "total": len(self.operations),
            "requests": sum(each.attempts for each in self.operations if each.is_request),
            "by_outcome": _counted(each.outcome for each in self.operations),
            "by_kind": _counted(each.kind for each in self.operations),
        }

    def first_ok_after(self, moment: float) -> float | None:
        """Seconds from the moment to the web's first answer that said ok; None where there was none."""
        # A goal is written by the harness itself, past the web.
        asked = [each for each in self.operations if each.kind != Kind.GOAL]
        ends = [each.ended_at for each in asked if each.outcome == Outcome.OK]
        return min((ended - moment for ended in ends if ended >= moment), default=None)


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(str(word) for word in words).items()))
