"""The programs of opsteam itself: web, worker and beat, each a child with its own log."""

import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from opsteam.embedded import children
from opsteam.embedded.ports import LOOPBACK

# What ends a `manage.py` command when we are gone: its transaction rolls back.
DEATH_OF_A_COMMAND = signal.SIGKILL
# Signals in turn, each with its patience in seconds.
Stopping = tuple[tuple[signal.Signals, float], ...]


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
    ) -> None:
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._death_signal = death_signal
        self._stopping = stopping

    def launch(self) -> None:
        """The process runs, perhaps not yet ready."""
        self.process = children.spawn(
            [sys.executable, "-m", *self.arguments],
            log=self.log,
            death_signal=self._death_signal,
            environment=self.environment,
            directory=self.directory,
        )

    def is_ready(self) -> bool:
        """Whether the process lives: worker and beat connect by themselves and go on trying."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """The process and its process group have ended."""
        if self.process is not None:
            children.stop(self.process, *self._stopping)
            children.end_group(self.process)
            self.process = None


class WebCommand(Command):
    """The web server, ready when it accepts connections on its port."""

    def __init__(self, *, port: int, environment: Mapping[str, str], directory: Path, log: Path) -> None:
        self.port = port
        arguments = ["opsteam.serve", "--host", LOOPBACK, "--port", str(port)]
        super().__init__(arguments, environment=environment, directory=directory, log=log)

    def is_ready(self) -> bool:
        """Whether a connection to the port is accepted."""
        if not super().is_ready():
            return False
        try:
            socket.create_connection((LOOPBACK, self.port), timeout=1).close()
        except OSError:
            return False
        return True


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
