"""A large file in bounded memory, and an import that is killed: the next one completes it."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from kpis.models import Measurement
from tasks.models import Task
from tests.conftest import Cast, create_cast
from tests.importing.conftest import run_import

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parent.parent.parent
# Between a small file and one of 60 MB, whose few rows are long, because what costs time is their number.
GROWTH_MIB = 30
NOTE = "x" * 2_400
# Not getrusage: a child's highest memory there starts with that of the parent it was forked from.
MEASURED = """
import sys
from pathlib import Path
from django.core.management import execute_from_command_line
try:
    execute_from_command_line(sys.argv)
except SystemExit as ended:
    assert ended.code in (None, 0, 1), ended.code
print("peak", Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed, so that other processes see it."""
    return create_cast()


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    at = connection.settings_dict
    address = f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    return subprocess.Popen(
        [sys.executable, "-c", MEASURED, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "opsteam.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def peak_mib(kind: str, path: Path, *arguments: str | Path) -> float:
    process = start("import_csv", kind, path, "--organization", "acme", *arguments)
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    return int(out.split("peak ")[1]) / 1024


def points(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write("at,metric,value,note\n")
        for number in range(count):
            at = f"2026-01-{number % 28 + 1:02d}T{number % 24:02d}:00:00.{number:06d}"
            file.write(f"{at},m,1,{number} {NOTE}\n")
    return path


def events(path: Path, cases: int) -> Path:
    """Ten events a case, shuffled; nine of ten cases have a wrong one, so that storing does not cost the time."""
    rows = [
        f"case-{case},{'what?' if step == 5 and case % 10 else 'taken'},2026-02-{step + 1:02d},{NOTE}\n"
        for case in range(cases)
        for step in range(10)
    ]
    random.Random(3).shuffle(rows)
    path.write_text("case,activity,at,note\n" + "".join(rows), encoding="utf-8")
    return path


def test_memory_does_not_grow_with_the_measurements(cast, tmp_path):
    arguments = (
        "--map",
        "occurred_at=at",
        "--map",
        "metric=metric",
        "--map",
        "value=value",
        "--create-metrics",
    )
    small = peak_mib("measurements", points(tmp_path / "small.csv", 3_000), *arguments)
    large = peak_mib("measurements", points(tmp_path / "large.csv", 25_000), *arguments)
    assert Measurement.objects.filter(metric__key="m").count() == 25_000
    assert large - small < GROWTH_MIB


def test_memory_does_not_grow_with_the_events_of_an_unsorted_log(cast, tmp_path):
    mapping = tmp_path / "events.yaml"
    mapping.write_text(
        "time_zone: UTC\nevents: {case: case, at: at, status: activity}\n"
        "columns: {title: case}\nvalues: {status: {taken: in_progress}}\n"
    )
    arguments = ("--mapping", mapping, "--batch", "100")
    small = peak_mib("tasks", events(tmp_path / "small.csv", 300), *arguments)
    large = peak_mib("tasks", events(tmp_path / "large.csv", 2_500), *arguments)
    assert Task.objects.count() == 250
    assert large - small < GROWTH_MIB


@pytest.fixture
def task_file(tmp_path: Path) -> Path:
    path = tmp_path / "tasks.csv"
    lines = (f"{number},Task {number},2026-01-01\n" for number in range(2_000))
    path.write_text("id,title,opened\n" + "".join(lines), encoding="utf-8")
    return path


def test_an_import_that_was_killed_is_completed_by_the_next_without_doubles(cast, task_file):
    arguments = ("--map", "external_id=id", "--map", "title=title", "--map", "opened_at=opened")
    process = start("import_csv", "tasks", task_file, "--organization", "acme", *arguments, "--batch", "100")
    deadline = time.monotonic() + 60
    while Task.objects.count() < 500 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    # What was being stored when the process died is rolled back by the server, a moment later.
    time.sleep(0.5)
    before = Task.objects.count()
    assert 500 <= before < 2_000
    said = run_import("tasks", task_file, *arguments)
    assert said.rows() == (2_000, 2_000, 0)
    assert said.items() == (2_000 - before, 0, before)
    assert Task.objects.count() == 2_000
    assert Measurement.objects.filter(metric__key="tasks.opened").count() == 2_000
