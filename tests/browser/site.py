"""The demo organization behind the real web server, in a database of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings

from opsteam.embedded import programs, roles
from opsteam.embedded.ports import free_port, listening
from tests.harness.house import wait_until
from tests.services import MADE, TEMPLATE

DATABASE = "browser"


@dataclass(frozen=True)
class User:
    """A sign-in of the demo."""

    email: str
    password: str
    role: str
    language: str


class Site:
    """The web server on the seeded demo; `close` leaves neither a process nor the database.

    As `make run` runs it: in its mode, and with the rights of a role that sees one organization at a time.
    """

    def __init__(self, directory: Path) -> None:
        # By address: how to go on as this person, and what language they read in by now.
        self.cookies: dict[str, Any] = {}
        self.languages: dict[str, str] = {}
        server = urlsplit(os.environ["DATABASE_URL"])
        self._maintenance_url = server.geturl()
        port = free_port()
        # Browsers make passkeys for a name only.
        self.url = f"http://localhost:{port}"
        url = server._replace(path=f"/{DATABASE}").geturl()
        self.environment = {
            **os.environ,
            "DATABASE_URL": url,
            "OPSTEAM_MODE": "embedded",
            "OPSTEAM_SITE_URL": self.url,
            "OPSTEAM_STATE_DIR": str(directory),
        }
        self._make_database()
        credentials = directory / "credentials.json"
        self._manage("seed_demo", "--quiet", "--credentials", str(credentials))
        self.users = [User(**each) for each in json.loads(credentials.read_text("utf-8"))["users"]]
        access = roles.of_own(url, passwords={})
        environment = {**self.environment, "DATABASE_URL": access.urls[roles.WEB]}
        place = programs.Place(Path(settings.BASE_DIR), environment, directory / "web.log")
        listener = listening(port)
        assert listener is not None
        self._web = programs.WebCommand(listener, self.url, place)
        self._web.launch()
        wait_until(self._web.is_ready, 30, f"the web server answers, see {place.log}")

    def user(self, role: str, language: str) -> User:
        """The first sign-in with this role, of this language if there is one."""
        of_role = [user for user in self.users if user.role == role]
        return next((user for user in of_role if user.language == language), of_role[0])

    def run(self, code: str) -> None:
        """What an operator or a worker does meanwhile."""
        self._manage("shell", "-c", code)

    def close(self) -> None:
        """Stop the server and drop the database."""
        self._web.stop()
        _execute(self._maintenance_url, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")

    def _make_database(self) -> None:
        _execute(self._maintenance_url, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        if MADE in os.environ:
            _execute(self._maintenance_url, f"CREATE DATABASE {DATABASE} TEMPLATE {TEMPLATE}")
        else:
            _execute(self._maintenance_url, f"CREATE DATABASE {DATABASE}")
            self._manage("migrate", "--verbosity=0")

    def _manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def _execute(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()
