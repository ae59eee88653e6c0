"""The small disk of a crash run is gone with it, also where nobody was left to take it away."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.deployment import ROOT

RUN = """
import sys, time
from pathlib import Path
from tests.harness.disk import SmallDisk, in_own_mounts
in_own_mounts()
disk = SmallDisk(Path(sys.argv[1]))
disk.mount()
print(disk.refusal or "mounted", flush=True)
time.sleep(60)
"""


def test_a_killed_run_leaves_no_disk(tmp_path: Path) -> None:
    place = tmp_path / "disk"
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, str(place)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    said = run.stdout.readline().strip()
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    if said != "mounted":
        pytest.skip(f"this user may not mount a disk: {said}")
    assert str(place) not in Path("/proc/mounts").read_text("utf-8")
