"""Sign-ins of the demo: made at random, shown once, kept in a file that only its owner can read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

# Without characters that are taken for one another.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One account to try the demo with."""

    email: str
    password: str
    role: str
    language: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """All accounts that can sign in, and a manager's API token with every scope."""

    users: list[SignIn]
    api_token: str

    def write(self, path: Path) -> None:
        """The file holds these credentials and nothing else, whole or not at all, with mode 600."""
        draft = path.with_name(f"{path.name}.new")
        draft.unlink(missing_ok=True)
        with open(draft, "w", encoding="utf-8", opener=_owner_only) as file:
            self._dump(file)
        draft.rename(path)

    def _dump(self, file: TextIO) -> None:
        json.dump(asdict(self), file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def new_password() -> str:
    """Sixteen random characters in four groups, easy to type from a terminal."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)
