"""A backup taken while clients work, and its restore into an empty database beside the real one."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg2

from tests.harness.deployment import ROOT, Servers
from tests.services import TEMPLATE

ELSEWHERE = "restored"
LONGEST_SECONDS = 300
# What `manage.py verify` says last.
_COUNT = re.compile(r"\b([0-9]+) differences\.")
# For a command that ended without a word about differences.
UNKNOWN = 9_999


class Rehearsal:
    """One backup and its restore, each by the command that an administrator would give."""

    def __init__(self, servers: Servers, environment: Mapping[str, str]) -> None:
        self._servers, self._environment = servers, environment
        self._file = servers.directory / "opsteam.backup"
        self.said = ""

    def back_up(self) -> None:
        """The file is there, whole."""
        self.said = self._manage("backup", self._servers.postgres.url).stderr

    def restore(self) -> int:
        """How many differences there were between the backup and what came of it, and inside that."""
        owner = psycopg2.connect(self._servers.postgres.url)
        owner.autocommit = True
        # As `migrate` leaves it; tests/operating restores into a database that has no tables.
        owner.cursor().execute(f"CREATE DATABASE {ELSEWHERE} TEMPLATE {TEMPLATE}")
        owner.close()
        elsewhere = f"{self._servers.postgres.url.rpartition('/')[0]}/{ELSEWHERE}"
        try:
            done = self._manage("restore", elsewhere)
        except subprocess.TimeoutExpired:
            return UNKNOWN
        self.said = f"{done.stdout}{done.stderr}"
        return differences(self.said, done.returncode)

    def _manage(self, command: str, database_url: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, Path(ROOT, "manage.py"), command, self._file],
            env={**self._environment, "DATABASE_URL": database_url},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
        )


def differences(said: str, status: int) -> int:
    """The number that the command ended with; `UNKNOWN` where it failed before it had compared."""
    found = _COUNT.search(said)
    if found is None:
        return UNKNOWN
    number = int(found[1])
    return number if status == 0 or number else UNKNOWN
