"""`python -m opsteam.embedded`: what `make run` starts once everything is installed."""

import os
import signal
import sys
from pathlib import Path

from opsteam.embedded import children
from opsteam.embedded.choices import Choices
from opsteam.embedded.console import Console
from opsteam.embedded.errors import AlreadyRunningError, EmbeddedError
from opsteam.embedded.supervisor import Supervisor

PROJECT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """The exit status: 0 after a wanted end, 1 with a sentence when something could not be started."""
    console = Console()
    # Data, mail and logs are for the owner's eyes.
    os.umask(0o077)
    _end_with_make()
    try:
        Supervisor(PROJECT, Choices.read(), console).run()
    except PermissionError as error:
        console.line(f"\n  {error.filename} belongs to another user: use that user, or a clone of your own.")
        return 1
    except AlreadyRunningError as running:
        console.line(f"  {running}")
        return 0
    except EmbeddedError as error:
        console.line(f"\n  {error}")
        return 1
    return 0


def _end_with_make() -> None:
    """Under make, its end is ours: who kills make means to stop opsteam."""
    try:
        parent = Path("/proc", str(os.getppid()), "comm").read_text().strip()
    except OSError:
        return
    if parent in {"make", "gmake"}:
        children.end_with_parent(signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
