"""What the Makefile does first, read from what it would do."""

import os
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
# Parts of `make test`, and what changes a file of the project that one works on.
OF_AN_INSTALLED_CLONE = {"help", "begun", "lint", "schema"}


def targets() -> set[str]:
    """All that can be asked for."""
    (line,) = (line for line in (PROJECT / "Makefile").read_text().splitlines() if line.startswith(".PHONY:"))
    return set(line.split()[1:])


@pytest.mark.parametrize("target", sorted(targets() - OF_AN_INSTALLED_CLONE))
def test_a_fresh_clone_is_installed_first(target: str) -> None:
    """Where a backup comes back is often a machine on which nothing has run yet."""
    # Not as part of the `make test` that runs this.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "--dry-run", "--no-print-directory", target, "FILE=x"]
    said = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert "tools/setup.py" in said.splitlines()[0]
