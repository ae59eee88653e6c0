"""Between an empty database and the first page: tables, and the demo or the link to set up one's own."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsteam.embedded import children
from opsteam.embedded.console import Console
from opsteam.embedded.errors import EmbeddedError
from opsteam.embedded.logfiles import last_lines
from opsteam.embedded.programs import DEATH_OF_A_COMMAND
from opsteam.embedded.state import State

# Waits for a command to end and returns its status; raises when the person asks to stop.
Wait = Callable[["subprocess.Popen[bytes]"], int]

_HASHES = "SELECT email, password FROM people_user WHERE is_active AND email = ANY(%s)"


@dataclass(frozen=True)
class Preparation:
    """Brings the database of one installation to where the web server can start."""

    project: Path
    state: State
    environment: Mapping[str, str]
    console: Console
    wait: Wait

    def migrate(self, *, remembered_in: Path | None) -> None:
        """All migrations are applied, and organizations have the KPIs that are new.

        Skipped when `remembered_in` says that these very files were.
        """
        digest = migrations_digest(self.project)
        if remembered_in and remembered_in.exists() and remembered_in.read_text() == digest:
            return
        with self.console.step("Tables", "bringing up to date", "up to date"):
            self._manage("upgrade")
        if remembered_in:
            remembered_in.write_text(digest)

    def fill(self, *, credentials: Path, wanted: bool) -> None:
        """An empty database holds the demo when `wanted`, whole or not at all; one in use is left alone."""
        if not wanted or self.has_organization():
            return
        self.console.line("  Demo         filling a year of an operations team, once …")
        with self.console.step("Demo", "finishing"):
            self._manage("seed_demo", "--credentials", str(credentials), progress=True)

    def setup_link(self) -> str:
        """The one-time link with which the first administrator sets up an empty installation."""
        before = self._log.stat().st_size if self._log.exists() else 0
        self._manage("setup_link")
        said = self._log.read_bytes()[before:].decode(errors="replace")
        links = [word for word in said.split() if word.startswith("http")]
        if not links:
            raise EmbeddedError(f"`manage.py setup_link` printed no link; see {self._log}.")
        return links[-1]

    def has_organization(self) -> bool:
        """Whether anybody has begun to use this database."""
        return _rows(self.environment["DATABASE_URL"], "SELECT EXISTS (SELECT FROM people_organization)") == [
            (True,)
        ]

    @property
    def _log(self) -> Path:
        return self.state.logs / "prepare.log"

    def _manage(self, *arguments: str, progress: bool = False) -> None:
        process = children.spawn(
            [sys.executable, self.project / "manage.py", *arguments],
            # What it says besides are the sign-ins, which belong in no log.
            log=Path(os.devnull) if progress else self._log,
            progress=progress,
            death_signal=DEATH_OF_A_COMMAND,
            environment=self.environment,
            directory=self.project,
        )
        if self.wait(process) != 0:
            words = "" if progress else "\n" + "\n".join(last_lines(self._log, 12))
            raise EmbeddedError(f"`manage.py {arguments[0]}` {children.ending(process)}.{words}")


def migrations_digest(project: Path) -> str:
    """Changes with our migrations, shipped KPIs and rules of the wall, and with libraries that may bring migrations."""
    found = hashlib.sha256()
    patterns = ("*/migrations/*.py", "kpis/library/*.py", "common/wall/*.py")
    ours = [path for pattern in patterns for path in sorted(project.glob(pattern))]
    for path in [*ours, project / "requirements" / "run.txt"]:
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def demo_of(credentials: Path, database_url: str) -> dict[str, Any] | None:
    """The sign-ins the demo was filled with, as far as they hold; None where there are none.

    They do not where somebody chose another password, or the rows came back from another installation.
    """
    if not credentials.exists():
        return None
    demo: dict[str, Any] = json.loads(credentials.read_text(encoding="utf-8"))
    addresses = [user["email"] for user in demo["users"]]
    hashes = dict(_rows(database_url, _HASHES, addresses))
    demo["users"] = [
        user for user in demo["users"] if _holds(user["password"], hashes.get(user["email"], ""))
    ]
    return demo if demo["users"] else None


def _rows(database_url: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    import psycopg2

    with (
        closing(psycopg2.connect(database_url, connect_timeout=10)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(query, values)
        return cursor.fetchall()


def _holds(password: str, encoded: str) -> bool:
    """Django writes the name of the method before what Argon2 itself writes."""
    import argon2

    try:
        return argon2.PasswordHasher().verify(encoded.removeprefix("argon2"), password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
