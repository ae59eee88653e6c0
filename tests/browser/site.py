"""The demo organization behind the real web server, in a database of its own."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from opsteam.embedded import programs, roles
from opsteam.embedded.ports import free_port, listening
from opsteam.embedded.postgres import EmbeddedPostgres
from tests.harness.house import wait_until
from tests.services import DEMO, directory_with_demo, url_of


@dataclass(frozen=True)
class User:
    """A sign-in of the demo."""

    email: str
    password: str
    role: str
    language: str


class Site:
    """The web server on the seeded demo; `close` leaves no process.

    As `make run` runs it: in its mode, and with the rights of a role that sees one organization at a time.
    """

    def __init__(self, directory: Path) -> None:
        # By address: how to go on as this person, and what language they read in by now.
        self.cookies: dict[str, Any] = {}
        self.languages: dict[str, str] = {}
        made = directory_with_demo(directory / "made")
        # With owners and modes, which the server insists on.
        subprocess.run(["cp", "--archive", made / "postgres", directory / "postgres"], check=True)
        self._postgres = EmbeddedPostgres(directory / "postgres", fast=True)
        self._postgres.start()
        port = free_port()
        # Browsers make passkeys for a name only.
        self.url = f"http://localhost:{port}"
        url = url_of(self._postgres, DEMO)
        self.environment = {
            **os.environ,
            "DATABASE_URL": url,
            "OPSTEAM_MODE": "embedded",
            "OPSTEAM_SITE_URL": self.url,
            "OPSTEAM_STATE_DIR": str(directory),
        }
        self.users = [
            User(**each) for each in json.loads((made / "credentials.json").read_text("utf-8"))["users"]
        ]
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
        """Stop the server and its database, whose files would stay for three more runs."""
        self._web.stop()
        self._postgres.stop()
        shutil.rmtree(self._postgres.directory)

    def _manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
