"""The demo that the browser tests show is of the day they run on, though it is kept from run to run."""

from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

from tests import services


class Clock(datetime):
    """A clock that can be set."""

    shown = datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # no clock of ours is naive
        """What it is set to."""
        return cls.shown.astimezone(tz)


def test_a_demo_kept_since_before_midnight_is_not_shown_after_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[str] = []

    def make(directory: Path) -> None:
        made.append(f"{Clock.shown:%H:%M}")
        directory.mkdir(exist_ok=True)
        (directory / "made-at").write_text(made[-1])

    def shown() -> str:
        return (services.directory_with_demo(tmp_path / "made") / "made-at").read_text()

    monkeypatch.setattr(services, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(services, "PROJECT", tmp_path)
    monkeypatch.setattr(services, "make_demo", make)
    monkeypatch.setattr(services, "datetime", Clock)
    monkeypatch.setattr(Clock, "shown", datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    assert [shown(), shown()] == ["23:59", "23:59"]
    monkeypatch.setattr(Clock, "shown", datetime(2026, 11, 23, 0, 1, tzinfo=UTC))
    assert [shown(), shown()] == ["00:01", "00:01"]
    assert made == ["23:59", "00:01"]
