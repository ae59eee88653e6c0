"""Ticks come at their intervals, whatever happens to the clock on the wall."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from celery import Celery
from celery.beat import PersistentScheduler, ScheduleEntry, Scheduler

from opsteam.ticking import Ticker

PERIOD_SECONDS = 0.05


class Recording:
    """Keeps the names of the entries that were due instead of sending them."""

    producer = None

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        self.__dict__.setdefault("sent", []).append(entry.name)


class RecordingTicker(Recording, Ticker):
    pass


class CelerysOwn(Recording, PersistentScheduler):
    pass


@pytest.fixture
def app() -> Iterator[Celery]:
    app = Celery("ticking", set_as_current=False)
    app.conf.beat_schedule = {"job": {"task": "job", "schedule": timedelta(seconds=PERIOD_SECONDS)}}
    yield app
    app.close()


def ticks_after_a_jump(scheduler: Scheduler, jump: timedelta) -> int:
    """How many ticks ten periods bring after the wall clock was moved."""
    with time_machine.travel(time.time(), tick=True) as clock:
        scheduler.tick()
        clock.shift(jump)
        before = len(scheduler.__dict__.get("sent", []))
        until = time.monotonic() + 10 * PERIOD_SECONDS
        while time.monotonic() < until:
            time.sleep(min(scheduler.tick(), PERIOD_SECONDS / 5))
        return len(scheduler.__dict__.get("sent", [])) - before


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(0), timedelta(days=1)])
def test_a_jump_of_the_clock_neither_stops_the_ticks_nor_makes_more(
    app: Celery, tmp_path: Path, jump: timedelta
) -> None:
    scheduler = RecordingTicker(app=app, schedule_filename=str(tmp_path / "sign"))
    assert 3 <= ticks_after_a_jump(scheduler, jump) <= 11
    assert (tmp_path / "sign").exists()


def test_a_clock_set_back_would_stop_the_ticks_of_celerys_own_scheduler(app: Celery, tmp_path: Path) -> None:
    scheduler = CelerysOwn(app=app, schedule_filename=str(tmp_path / "memory"))
    assert ticks_after_a_jump(scheduler, timedelta(days=-1)) == 0
