"""The children's log files: bounded in size, and their gravest lines on the console."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

LIMIT_BYTES = 5_000_000
_GRAVE_SERVER_LINE = re.compile(r"\b(?:FATAL|PANIC): +(.+)")


class LogWatch:
    """Follows one log file from where it ends now."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._position = path.stat().st_size if path.exists() else 0

    def grave_lines(self) -> Iterator[str]:
        """What the child has written since the last call that a person should see."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._position)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._position += len(line)
                if text := grave_text(line.decode(errors="replace")):
                    yield text
        self._bound()

    def _bound(self) -> None:
        """The older half becomes `.1`; children append, so they go on at the new end."""
        if self._position > LIMIT_BYTES:
            shutil.copyfile(self.path, self.path.with_suffix(".log.1"))
            with self.path.open("r+b") as file:
                file.truncate(0)
            self._position = 0


def grave_text(line: str) -> str | None:
    """The message of an error line of ours (JSON) or of a server's fatal line; None for all others."""
    if line.startswith("{"):
        try:
            entry = json.loads(line)
        except ValueError:
            return None
        grave = isinstance(entry, dict) and entry.get("level") in {"error", "critical"}
        return str(entry.get("event", "")).partition("\n")[0] if grave else None
    found = _GRAVE_SERVER_LINE.search(line)
    return found.group(1) if found else None


def last_lines(path: Path, count: int) -> list[str]:
    """The end of a log file, for a refusal that explains itself."""
    if not path.exists():
        return []
    return path.read_text(errors="replace").strip().splitlines()[-count:]
