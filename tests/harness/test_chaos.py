"""The short form of the crash harness: nothing acknowledged is lost or doubled, whatever is killed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.harness.chaos import REPORT

LONGEST_SECONDS = 540

pytestmark = [
    pytest.mark.real_worker,
    pytest.mark.timeout(LONGEST_SECONDS + 30),
    pytest.mark.skipif(
        "OPSTEAM_CHAOS" not in os.environ,
        reason="takes minutes and has not yet been seen to hold every bound: `make chaos` or OPSTEAM_CHAOS=1 runs it",
    ),
]


def test_a_deployment_survives_everything_that_goes_wrong() -> None:
    """In a process of its own, as `make chaos` runs it for longer; the report stays in build/chaos.json."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.harness.chaos", "--report", str(REPORT)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )
    assert done.returncode in {0, 1}, done.stderr[-3000:]
    found = json.loads(Path(REPORT).read_text("utf-8"))
    assert [each for each in found["must_reach"] if not each["holds"]] == [], found["violations"]
    assert set(found["skipped"]) <= {"disk_full"}
