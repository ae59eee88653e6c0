"""A scratch copy of the project in which tests run the real supervisor with real children."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from tests.architecture.source import APPS

PROJECT = Path(__file__).resolve().parent.parent.parent
# The first start makes all tables; a machine that does other things as well may take minutes.
PATIENCE_SECONDS = 600.0
DEMO: dict[str, Any] = {
    "users": [{"email": "a@example.test", "password": "p", "role": "manager", "language": "en"}],
    "api_token": "ops_1_x",
}


@dataclass
class Run:
    """One started supervisor; its console output is collected while it runs."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip())

    @property
    def output(self) -> str:
        """Everything said so far."""
        return "\n".join(self.lines)

    @property
    def url(self) -> str:
        """The address it announced, once it has."""
        return self.said("opsteam is running: ").split("opsteam is running: ")[1].strip()

    def said(self, words: str, *, after: int = 0) -> str:
        """The first line from number `after` on that holds `words`; waits for it."""
        found: list[str] = []

        def look() -> bool:
            has_ended = self.process.poll() is not None
            if has_ended:
                # What it said last may not have been read yet; children of it may keep its console open.
                self._reader.join(5)
            found[:] = [line for line in self.lines[after:] if words in line]
            assert found or not has_ended, f"ended without saying {words!r}:\n{self.output}"
            return bool(found)

        until(look, lambda: f"no line with {words!r} in:\n{self.output}")
        return found[0]

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """The exit status after this signal."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(PATIENCE_SECONDS)
        self._reader.join(5)
        return status


def started_at(process_id: int) -> int:
    """In ticks since the machine started."""
    return int(Path("/proc", str(process_id), "stat").read_text().rpartition(")")[2].split()[19])


@dataclass(frozen=True)
class Installation:
    """A copy of the project, and what runs out of it."""

    directory: Path

    @classmethod
    def copied_to(cls, directory: Path, *, state: Path | None = None) -> "Installation":
        """The files a clone would have, as they are in the working tree; with `state`, one that has run before."""
        directory.mkdir(parents=True)
        for name in (*APPS, "templates", "static", "locale", "requirements"):
            if (PROJECT / name).exists():
                shutil.copytree(
                    PROJECT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__", "vendor")
                )
        shutil.copy(PROJECT / "manage.py", directory)
        if state is not None:
            subprocess.run(["cp", "--archive", state, directory / ".opsteam"], check=True)
        return cls(directory)

    @property
    def state(self) -> Path:
        """Where it keeps everything."""
        return self.directory / ".opsteam"

    def start(self, **choices: str) -> Run:
        """A supervisor with these variables in its environment, and none of the test run's own."""
        ours = ("OPSTEAM_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PYTEST")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return Run(
            subprocess.Popen(
                [sys.executable, "-m", "opsteam.embedded"],
                cwd=self.directory,
                env=environment | {"DEMO": "0"} | choices,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )

    def processes(self) -> dict[int, str]:
        """The processes whose working directory is ours, with their command lines."""
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdecimal() and (entry / "cwd").readlink().is_relative_to(self.directory):
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
        return found

    def process_id(self, *words: str) -> int:
        """The oldest process whose command line holds all the words: numbers begin anew after the highest."""
        named = (number for number, line in self.processes().items() if all(word in line for word in words))
        return min(named, key=started_at)

    def environment(self, *words: str) -> dict[str, str]:
        """The environment of the running process with these words in its command line, or of the web process."""
        process_id = self.process_id(*words or ("opsteam.serve",))
        lines = Path("/proc", str(process_id), "environ").read_text().split("\0")
        return dict(line.partition("=")[::2] for line in lines if line)

    def create_organization(self) -> None:
        """The running installation is no longer empty, and the one person of `DEMO` has an account."""
        code = (
            "from django.contrib.auth.hashers import make_password; from people import models, services; "
            "services.create_organization(slug='a', name_en='A', name_zh='甲'); "
            "models.User.objects.create(email='a@example.test', name='A', language='en', password=make_password('p'))"
        )
        command = [sys.executable, "manage.py", "shell", "--command", code]
        environment = self.environment() | {"DATABASE_URL": self.owner_url()}
        subprocess.run(command, cwd=self.directory, env=environment, check=True, capture_output=True)

    def owner_url(self) -> str:
        """Where the owner of the tables connects, whose password no program of ours is given."""
        place = self.environment()["DATABASE_URL"].rpartition("@")[2]
        password = (self.state / "postgres" / "password").read_text()
        return f"postgresql://opsteam:{password}@{place}"

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """Runs one statement in the running installation's database."""
        connection = psycopg2.connect(self.owner_url())
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def plant_demo(self) -> None:
        """Leaves what `seed_demo` would have left, without its minute of work; one has a new password since."""
        gone = {"email": "b@example.test", "password": "q", "role": "member", "language": "en"}
        changed = {**DEMO["users"][0], "password": "what it was"}
        (self.state / "demo.json").write_text(json.dumps({**DEMO, "users": [gone, *DEMO["users"], changed]}))


def seconds_until(holds: Callable[[], bool]) -> float:
    """How long it took from now until it held."""
    begun = time.monotonic()
    until(holds, "it never held")
    return time.monotonic() - begun


def until(
    holds: Callable[[], bool], otherwise: Callable[[], str] | str, *, within_seconds: float = PATIENCE_SECONDS
) -> None:
    """Waits until it holds, and fails with `otherwise` when it never does."""
    deadline = time.monotonic() + within_seconds
    while not holds():
        assert time.monotonic() < deadline, otherwise if isinstance(otherwise, str) else otherwise()
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether the first page is answered without a server error."""
    host = url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
