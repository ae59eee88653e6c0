"""What the Makefile does first, read from what it would do."""

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
    said = subprocess.run(
        ["make", "--dry-run", target, "FILE=x"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert "tools/setup.py" in said.stdout.splitlines()[0]
