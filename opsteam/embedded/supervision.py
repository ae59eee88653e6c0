"""Keeping children alive: whatever dies is started again, sooner at first, later if it keeps dying."""

import time
from dataclasses import dataclass
from typing import Protocol

from opsteam.embedded import children
from opsteam.embedded.console import Console
from opsteam.embedded.errors import EmbeddedError
from opsteam.embedded.logfiles import LogWatch
from opsteam.embedded.programs import Program

LONGEST_WAIT_SECONDS = 30.0
# A child that has run this long has recovered: the next wait is short again.
HEALTHY_SECONDS = 60.0
_GRAVE_LINES_AT_ONCE = 3


class Clock(Protocol):
    """Seconds that only grow; a test brings its own."""

    def __call__(self) -> float:
        """Now."""


@dataclass
class Patience:
    """How long to wait before the next start: 0, 1, 2, 4 … seconds, never more than the longest wait."""

    failures: int = 0

    def after(self, lived_seconds: float) -> float:
        """The wait after a child that lived so long has died."""
        self.failures = 1 if lived_seconds >= HEALTHY_SECONDS else self.failures + 1
        return 0.0 if self.failures == 1 else min(2.0 ** (self.failures - 2), LONGEST_WAIT_SECONDS)


class Watch:
    """One child under watch; `look` is called several times a second."""

    def __init__(self, name: str, program: Program, console: Console, clock: Clock = time.monotonic) -> None:
        self.name = name
        self.program = program
        self._console = console
        self._clock = clock
        self._patience = Patience()
        self._log = LogWatch(program.log)
        self._begun_at = clock()
        self._start_at: float | None = None
        self._returning = False

    @property
    def process_id(self) -> int | None:
        """The child's process id while it has one."""
        return self.program.process.pid if self.program.process else None

    def look(self) -> None:
        """Notices a death, starts again after the wait, says when it is back, shows grave log lines."""
        if self._start_at is None and not self._lives():
            self._bury()
        if self._start_at is not None and self._clock() >= self._start_at:
            self._start_again()
        if self._returning and self.program.is_ready():
            self._returning = False
            self._console.note(f"{self.name} is back")
        self._show_grave_lines()

    def _lives(self) -> bool:
        return self.program.process is not None and self.program.process.poll() is None

    def _bury(self) -> None:
        how = "is gone"
        if self.program.process is not None:
            children.end_group(self.program.process)
            how = children.ending(self.program.process)
        wait_seconds = self._patience.after(self._clock() - self._begun_at)
        self._start_at = self._clock() + wait_seconds
        when = "now" if wait_seconds == 0 else f"in {wait_seconds:.0f} s"
        self._console.note(f"{self.name} {how}; starting it again {when}")

    def _start_again(self) -> None:
        self._begun_at = self._clock()
        self._start_at = None
        try:
            self.program.launch()
        except (EmbeddedError, OSError) as error:
            self._console.note(f"{self.name}: {error}")
        else:
            self._returning = True

    def _show_grave_lines(self) -> None:
        lines = list(self._log.grave_lines())
        for text in lines[:_GRAVE_LINES_AT_ONCE]:
            self._console.note(f"{self.name}: {text[:160]}")
        if len(lines) > _GRAVE_LINES_AT_ONCE:
            self._console.note(
                f"{self.name}: {len(lines) - _GRAVE_LINES_AT_ONCE} more lines in {self._log.path}"
            )
