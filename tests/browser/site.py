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

from opsteam.embedded import programs
from opsteam.embedded.ports import free_port, listening
from tests.harness.house import wait_until

DATABASE = "browser"


@dataclass(frozen=True)
class User:
    """A sign-in of the demo."""

    email: str
    password: str
    role: str
    language: str


class Site:
    """The web server on the seeded demo; `close` leaves neither a process nor the database."""

    def __init__(self, directory: Path) -> None:
        self.cookies: dict[str, Any] = {}
        server = urlsplit(os.environ["DATABASE_URL"])
        self._maintenance_url = server.geturl()
        _execute(self._maintenance_url, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        _execute(self._maintenance_url, f"CREATE DATABASE {DATABASE}")
        port = free_port()
        # Browsers make passkeys for a name only.
        self.url = f"http://localhost:{port}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": server._replace(path=f"/{DATABASE}").geturl(),
            "OPSTEAM_SITE_URL": self.url,
            "OPSTEAM_STATE_DIR": str(directory),
        }
        credentials = directory / "credentials.json"
        self._manage("migrate", "--verbosity=0")
        self._manage("seed_demo", "--quiet", "--credentials", str(credentials))
        self.users = [User(**each) for each in json.loads(credentials.read_text("utf-8"))["users"]]
        place = programs.Place(Path(settings.BASE_DIR), self.environment, directory / "web.log")
        listener = listening(port)
        assert listener is not None
        self._web = programs.WebCommand(listener, self.url, place)
        self._web.launch()
        wait_until(self._web.is_ready, 30, f"the web server answers, see {place.log}")

    def user(self, role: str, language: str) -> User:
        """The first sign-in with this role, of this language if there is one."""
        of_role = [user for user in self.users if user.role == role]
        return next((user for user in of_role if user.language == language), of_role[0])

    def close(self) -> None:
        """Stop the server and drop the database."""
        self._web.stop()
        _execute(self._maintenance_url, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")

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
