"""The installation these tests share: a start takes seconds, so few starts serve all tests of a process."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.embedded.installation import Installation, Run, answers, seconds_until


@dataclass(frozen=True)
class FirstRun:
    """The first start of an empty copy, interrupted after somebody had worked with it."""

    installation: Installation
    output: str
    status: int
    left_behind: dict[int, str]
    state: Path
    """What it had kept by then, for others to begin with."""


@dataclass(frozen=True)
class SecondRun:
    """The second start, which lasts as long as the tests."""

    installation: Installation
    run: Run
    first_page_seconds: float


@pytest.fixture(scope="package")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """Below a directory with a space in its name; an organization and a table were made before the interrupt."""
    directory = tmp_path_factory.mktemp("embedded")
    made = Installation.copied_to(directory / "a clone 副本")
    run = made.start()
    try:
        assert run.url
        made.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        made.create_organization()
    finally:
        status = run.end()
    left_behind = made.processes()
    # With owners and modes, which PostgreSQL insists on.
    subprocess.run(["cp", "--archive", made.state, directory / "state"], check=True)
    return FirstRun(made, run.output, status, left_behind, directory / "state")


@pytest.fixture(scope="package")
def running(first_run: FirstRun) -> Iterator[SecondRun]:
    """The same installation, started again with the sign-ins of a demo beside it."""
    installation = first_run.installation
    installation.plant_demo()
    run = installation.start(OPSTEAM_SWEEP_SECONDS="1")
    try:
        seconds = seconds_until(lambda: "opsteam is running" in run.output and answers(run.url))
        yield SecondRun(installation, run, seconds)
    finally:
        run.end()
    assert not (installation.state / "run.json").exists()
    assert not installation.processes()
