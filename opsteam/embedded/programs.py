"""The programs of opsteam itself: web, worker and beat, each a child with its own log."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
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


class Command:
    """A Python program of ours, started in the project's directory."""

    def __init__(
        self,
        arguments: list[str],
        *,
        environment: Mapping[str, str],
        directory: Path,
        log: Path,
        death_signal: signal.Signals = signal.SIGTERM,
        stopping: Stopping = ((signal.SIGTERM, 10),),
        inherited: tuple[int, ...] = (),
    ) -> None:
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._death_signal = death_signal
        self._stopping = stopping
        self._inherited = inherited
        self._begun_at = 0.0

    def launch(self) -> None:
        """The process runs, perhaps not yet ready."""
        self.process = children.spawn(
            [sys.executable, "-m", *self.arguments],
            log=self.log,
            death_signal=self._death_signal,
            environment=self.environment,
            directory=self.directory,
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

    def __init__(
        self,
        listener: socket.socket,
        *,
        url: str,
        environment: Mapping[str, str],
        directory: Path,
        log: Path,
    ) -> None:
        self.url = url
        # Held here, or the port would be given up with the last reference.
        self._listener = listener
        super().__init__(
            ["opsteam.serve", "--socket", str(listener.fileno())],
            environment=environment,
            directory=directory,
            log=log,
            inherited=(listener.fileno(),),
        )

    def is_ready(self) -> bool:
        """Whether it answers."""
        return self._lives() and first_page.answers(self.url, within_seconds=0.5)


def worker(*, environment: Mapping[str, str], directory: Path, log: Path) -> Command:
    """The Celery worker with two processes; a job it has to give up is a row, and will be done again."""
    return Command(
        [*CELERY, "worker", "--pool=prefork", "--concurrency=2", "--without-gossip", "--without-mingle"],
        environment=environment,
        directory=directory,
        log=log,
        death_signal=signal.SIGKILL,
        stopping=((signal.SIGTERM, 10), (signal.SIGQUIT, 3)),
    )


def beat(*, schedule: Path, environment: Mapping[str, str], directory: Path, log: Path) -> Command:
    """The Celery beat, which remembers in `schedule` when it last ran what."""
    return Command(
        [*CELERY, "beat", f"--schedule={schedule}", "--pidfile="],
        environment=environment,
        directory=directory,
        log=log,
    )
