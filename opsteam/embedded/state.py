"""The directory `.opsteam`: who runs here, the secret key, and what programs that drive us may read."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from opsteam.embedded.errors import AlreadyRunningError


@dataclass(frozen=True)
class State:
    """Everything the embedded installation keeps, below one directory that is safe to move and to back up."""

    directory: Path

    @property
    def logs(self) -> Path:
        """Where the children write."""
        return self.directory / "logs"

    @property
    def run_file(self) -> Path:
        """Exists only while the embedded demo runs."""
        return self.directory / "run.json"

    @contextmanager
    def claimed(self) -> Iterator["Claim"]:
        """This process alone runs here until the end of the block; refuses while another does."""
        self.directory.mkdir(parents=True, exist_ok=True)
        # PostgreSQL's user may have to pass; every secret below is closed on its own.
        self.directory.chmod(0o711)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        with open(self.directory / "lock", "a+", encoding="utf-8", opener=_owner_only) as lock:
            claim = Claim(lock)
            claim.take()
            self.run_file.unlink(missing_ok=True)
            try:
                yield claim
            finally:
                self.run_file.unlink(missing_ok=True)
                claim.write("")

    def secret_key(self) -> str:
        """The key of this installation, made at its first start and kept."""
        path = self.directory / "secret-key"
        if not path.exists():
            self._publish(path, secrets.token_urlsafe(50))
        return path.read_text()

    def announce(self, *, url: str, demo: dict[str, Any]) -> None:
        """Programs can read where the demo runs and how to sign in."""
        contents = {
            "url": url,
            "pid": os.getpid(),
            "users": demo["users"],
            "api_token": demo["api_token"],
        }
        self._publish(self.run_file, json.dumps(contents, ensure_ascii=False, indent=2) + "\n")

    def _publish(self, path: Path, text: str) -> None:
        """Whole or not at all, readable by its owner only."""
        draft = path.with_name(f"{path.name}.new")
        draft.unlink(missing_ok=True)
        with open(draft, "w", encoding="utf-8", opener=_owner_only) as file:
            file.write(text)
        draft.rename(path)


@dataclass(frozen=True)
class Claim:
    """The lock file of a running installation; it holds the address for a second start to name."""

    file: TextIO

    def take(self) -> None:
        """The lock is ours until this process ends, or the other one's address is in the refusal."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.file.seek(0)
            raise AlreadyRunningError(self.file.read().strip()) from None

    def write(self, address: str) -> None:
        """A second start in this directory will name `address`."""
        self.file.seek(0)
        self.file.truncate()
        self.file.write(address)
        self.file.flush()


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
