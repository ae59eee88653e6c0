"""How long the supervisor waits before it starts a dead child again, and what it shows of the child's log."""

import subprocess
from pathlib import Path

import pytest

from opsteam.embedded.console import Console
from opsteam.embedded.logfiles import LIMIT_BYTES, LogWatch, grave_text
from opsteam.embedded.supervision import HEALTHY_SECONDS, LONGEST_WAIT_SECONDS, Patience, Watch


class Dying:
    """A program that ends at once, with status 3."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.launches = 0
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """One more process, already ended."""
        self.launches += 1
        self.process = subprocess.Popen(["sh", "-c", "exit 3"], process_group=0)
        self.process.wait()

    def is_ready(self) -> bool:
        """Never."""
        return False

    def stop(self) -> None:
        """Nothing to do."""


def test_the_first_restart_is_immediate_and_later_ones_wait_longer_up_to_a_bound() -> None:
    patience = Patience()
    waits = [patience.after(0.5) for _ in range(9)]
    assert waits == [0, 1, 2, 4, 8, 16, 30, 30, 30]
    assert max(waits) == LONGEST_WAIT_SECONDS


def test_a_child_that_had_recovered_is_started_again_at_once() -> None:
    patience = Patience(failures=6)
    assert patience.after(HEALTHY_SECONDS) == 0
    assert patience.after(1) == 1


def test_a_child_that_keeps_dying_is_not_started_in_a_tight_loop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    program = Dying(tmp_path / "log")
    program.launch()
    watch = Watch("worker", program, Console(), clock=lambda: now)
    while now < 60:
        watch.look()
        now += 0.2
    # At 0, 1, 3, 7, 15 and 31 seconds, and once by the test itself.
    assert program.launches == 7
    said = capsys.readouterr().out
    assert "worker ended with status 3; starting it again now" in said
    assert "worker ended with status 3; starting it again in 16 s" in said
    assert "is back" not in said


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"event": "boom\\nTraceback", "level": "error"}', "boom"),
        ('{"event": "fine", "level": "info"}', None),
        ('{"event": "cut off', None),
        ("2026-11-21 UTC [1] PANIC:  could not write", "could not write"),
        ("2026-11-21 UTC [1] LOG:  ready", None),
    ],
)
def test_only_grave_lines_reach_the_console(line: str, shown: str | None) -> None:
    assert grave_text(line) == shown


def test_a_log_file_is_bounded_and_goes_on_at_its_new_end(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    path.touch()
    watch = LogWatch(path)
    with path.open("ab", buffering=0) as child:
        child.write(b"x" * LIMIT_BYTES + b"\n")
        assert list(watch.grave_lines()) == []
        assert path.stat().st_size == 0
        child.write(b'{"event": "after", "level": "critical"}\n')
        assert list(watch.grave_lines()) == ["after"]
    assert (tmp_path / "web.log.1").stat().st_size == LIMIT_BYTES + 1
