"""When the periodic jobs tick: at fixed intervals of the monotonic clock, beginning at once.

Celery's own schedulers compare wall clocks with what they remember on disk: a clock set back by an hour would stop
every sweep for that hour, restarts included.
"""

import time
from pathlib import Path
from typing import Any

from celery.beat import ScheduleEntry, Scheduler

LONGEST_WAIT_SECONDS = 5.0


class Ticker(Scheduler):
    """Remembers nothing between two runs; an additional tick only looks for rows that need work.

    The file that Celery would keep its memory in is touched instead: its age tells a health check that beat ticks.
    """

    def __init__(self, *arguments: Any, schedule_filename: str, **options: Any) -> None:
        self._next_at: dict[str, float] = {}
        self._sign_of_life = Path(schedule_filename)
        super().__init__(*arguments, **options)

    def setup_schedule(self) -> None:
        """The table of `opsteam/schedule.py`."""
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *_arguments: Any, **_options: Any) -> float:
        """Sends what is due and returns how many seconds to wait; a message that cannot be sent is left out."""
        self._sign_of_life.touch()
        for name, entry in self.schedule.items():
            now = time.monotonic()
            if now >= self._next_at.get(name, now):
                self._next_at[name] = now + _period_seconds(entry)
                self.apply_entry(entry, producer=self.producer)
        return max(0.0, min(min(self._next_at.values()) - time.monotonic(), LONGEST_WAIT_SECONDS))


def _period_seconds(entry: ScheduleEntry) -> float:
    every: Any = entry.schedule
    return float(every.run_every.total_seconds())
