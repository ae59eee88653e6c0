"""The programs of opsteam itself: web, worker and beat, each a child with its own log."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from opsteam.embedded import children, first_page

# What ends a `manage.py` command when we are gone: its transaction rolls back.
DEATH_OF_A_COMMAND = signal.SIGKILL
# Signals in turn, each with its patience in seconds.
Stopping = tuple[tuple[signal.Signals, float], ...]


_FIRST_SECONDS = 2.0
CELERY = ("celery", "-A", "opsteam")


class Program(Protocol):
    """What the supervisor needs of a child, whatever it is."""

    process: subprocess.Popen[bytes] | None
    log: Path

    def launch(self) -> None:
        """The process runs, perhaps not yet ready."""

    def is_ready(self) -> bool:
        """Whether it does its work."""

    def stop(self) -> None:
        """The process has ended, in order if it could."""


@dataclass(frozen=True)
class Place:
    """Where a program of ours runs, with what around it, and where it writes."""

    directory: Path
    environment: Mapping[str, str]
    log: Path


class Command:
    """A Python program of ours as a child."""

    def __init__(
        self,
        place: Place,
        *arguments: str,
        death_signal: signal.Signals = signal.SIGTERM,
        stopping: Stopping = ((signal.SIGTERM, 10),),
        inherited: tuple[int, ...] = (),
    ) -> None:
        self.log = place.log
        self.process: subprocess.Popen[bytes] | None = None
        self._place = place
        self._arguments = arguments
        self._death_signal = death_signal
        self._stopping = stopping
        self._inherited = inherited
        self._begun_at = 0.0

    def launch(self) -> None:
        """The process runs, perhaps not yet ready."""
        self.process = children.spawn(
            [sys.executable, "-m", *self._arguments],
            log=self.log,
            death_signal=self._death_signal,
            environment=self._place.environment,
            directory=self._place.directory,
            inherited=self._inherited,
        )
        self._begun_at = time.monotonic()

    def is_ready(self) -> bool:
        """Whether the process has survived its first seconds: worker and beat go on trying by themselves."""
        return self._lives() and time.monotonic() > self._begun_at + _FIRST_SECONDS

    def stop(self) -> None:
        """The process and its process group have ended."""
        if self.process is not None:
            children.stop(self.process, *self._stopping)
            children.end_group(self.process)
            self.process = None

    def _lives(self) -> bool:
        return self.process is not None and self.process.poll() is None


class WebCommand(Command):
    """The web server on a socket that we hold: clients queue, rather than fail, while it starts again."""

    def __init__(self, listener: socket.socket, url: str, place: Place) -> None:
        number = listener.fileno()
        super().__init__(place, "opsteam.serve", "--socket", str(number), inherited=(number,))
        self._url = url
        # Held here, or the port would be given up with the last reference.
        self._listener = listener

    def is_ready(self) -> bool:
        """Whether it answers."""
        return self._lives() and first_page.answers(self._url, within_seconds=0.5)


def worker(place: Place) -> Command:
    """The Celery worker with two processes; a job it has to give up is a row, and will be done again."""
    return Command(
        place,
        *CELERY,
        "worker",
        "--pool=prefork",
        "--concurrency=2",
        "--without-gossip",
        "--without-mingle",
        death_signal=signal.SIGKILL,
        stopping=((signal.SIGTERM, 10), (signal.SIGQUIT, 3)),
    )


def beat(schedule: Path, place: Place) -> Command:
    """The Celery beat; the age of the file `schedule` tells that it ticks."""
    return Command(place, *CELERY, "beat", f"--schedule={schedule}", "--pidfile=")
