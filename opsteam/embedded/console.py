"""What the person at the terminal sees: few lines, aligned, and never a reason to fail."""

import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime


class Console:
    """Writes to standard output; neither a closed terminal nor one with few characters is an error."""

    def __init__(self) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")

    def line(self, text: str = "") -> None:
        """One line of plain text."""
        self._write(f"{text}\n")

    @contextmanager
    def step(self, subject: str, doing: str, done: str = "ready") -> Iterator[None]:
        """Says what is being done, and once it is, how long it took."""
        begun = time.monotonic()
        self._write(f"  {subject:<12} {doing} …" if sys.stdout.isatty() else "")
        yield
        took = f"  {subject:<12} {done}, {time.monotonic() - begun:.1f} s"
        self._write(f"\r{took.ljust(len(doing) + 20)}\n" if sys.stdout.isatty() else f"{took}\n")

    def note(self, text: str) -> None:
        """Something happened while running; the time of day goes with it."""
        self._write(f"  {datetime.now().astimezone():%H:%M:%S}  {text}\n")

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except (OSError, ValueError):
            return
