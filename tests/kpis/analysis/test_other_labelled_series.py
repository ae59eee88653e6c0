"""Anybody can score the detector and the forecast on other files in the published formats."""

import gzip
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bench import competition, detection, m4, nab

POINTS, STRANGE = 900, 700
PADDED = 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two labelled series: one with a spike, a gap and a label beside it, one without a label."""
    start = datetime(2026, 1, 1)  # noqa: DTZ001 - as the published files have it
    for name, spike in (("office/calls.csv", STRANGE), ("web/visits.csv", None)):
        lines = ["timestamp,value"]
        for step in range(POINTS):
            value = "" if step == 300 else str(100 + 10 * (step % 24) + (5000 if step == spike else 0))
            lines.append(f"{start + timedelta(hours=step)},{value}")
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("\n".join(lines))
    (tmp_path / "notes.csv").write_text("who,what\nana,nothing\n")
    window = [str(start + timedelta(hours=STRANGE + beside)) for beside in (-3, 3)]
    nowhere = ["2030-01-01 00:00:00", "2030-01-02 00:00:00"]
    (tmp_path / "labels.json").write_text(json.dumps({"office/calls.csv": [window, nowhere]}))
    return tmp_path


def test_labelled_files_are_scored_with_a_line_each(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = str(folder / "labels.json")
    monkeypatch.setattr(sys, "argv", ["detection", "--folder", str(folder), "--labels", labels])
    detection.main()
    told = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()[1:]}
    assert told.keys() == {"office/calls.csv", "web/visits.csv", "all"}
    windows, hits, false, score, of_100 = told["office/calls.csv"]
    assert (windows, hits, false) == ("1", "1", "0")
    assert 0.5 < float(score) <= 1
    assert 75 < float(of_100) <= 100
    assert told["web/visits.csv"] == ["0", "0", "0", "0.00", "–"]


def test_a_window_of_one_point_and_what_follows_it_are_scored() -> None:
    times = [datetime(2026, 1, 1) + timedelta(days=step) for step in range(400)]  # noqa: DTZ001 - as above
    series = nab.LabelledSeries("one", times, [0.0] * 400, [(200, 200)])
    scores = [float(place in {200, 201}) for place in range(400)]
    assert -0.11 < nab.score_file(series, scores, 0.5, nab.Weights()).score - 1 < 0


def written(folder: Path, frequency: m4.Frequency, length: int, suffix: str) -> list[Path]:
    """A pair of files as the competition publishes them: a head line, quoted names, short lines padded."""
    draw = np.random.default_rng(5)
    steps = np.arange(length + frequency.horizon)
    shape = 10 * np.sin(2 * np.pi * steps / max(frequency.seasons))
    paths = []
    for part in ("train", "test"):
        lines = [",".join(f'"V{number}"' for number in range(length + PADDED))]
        for number in range(4):
            values = 100 + number * steps / 10 + shape + draw.normal(0, 1, len(steps))
            cut = values[:length] if part == "train" else values[length:]
            lines.append(",".join([f'"X{number}"', *(f"{value:.2f}" for value in cut), *[""] * PADDED]))
        paths.append(folder / f"{frequency.name}-{part}.csv{suffix}")
        opened = gzip.open if suffix else open
        with opened(paths[-1], "wt", encoding="utf-8") as file:
            file.write("\n".join(lines))
    return paths


@pytest.mark.parametrize("name", m4.FREQUENCIES)
def test_every_frequency_of_the_competition_is_known_by_its_horizon_and_scored(
    tmp_path: Path, name: str
) -> None:
    frequency = m4.FREQUENCIES[name]
    train, test = written(
        tmp_path, frequency, 20 + 3 * max(frequency.seasons), ".gz" if name == "Hourly" else ""
    )
    series = m4.read_series(train, test)
    assert [each.name for each in series] == ["X0", "X1", "X2", "X3"]
    assert m4.frequency_of(series) == frequency
    run = competition.run_all(series, frequency)
    assert run.score().smape < 15
    assert 0 <= run.covered() <= 1
    rows = competition.rows(run)
    assert rows[-1].name.endswith("slowest series")
    assert {row.name.split(", ")[1] for row in rows} >= {"forecast", "seasonal naive", "Naive2"}


def test_the_command_prints_the_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(path) for path in written(tmp_path, m4.FREQUENCIES["Monthly"], 60, "")]
    monkeypatch.setattr(sys, "argv", ["competition", *files, "--series", "2"])
    competition.main()
    told = capsys.readouterr().out
    assert "M4 Monthly (2 series), forecast, OWA" in told
    assert "80 % interval covers" in told


def test_a_series_that_never_changes_is_left_out_of_the_scaled_error_alone() -> None:
    wave = np.tile([1.0, 2.0, 3.0, 4.0], 6)
    series = [
        m4.CompetitionSeries("wave", wave, np.array([1.0, 2.0])),
        m4.CompetitionSeries("flat", np.full(24, 7.0), np.array([7.0, 8.0])),
    ]
    frequency = m4.FREQUENCIES["Quarterly"]
    score = m4.score(series, [np.array([1.0, 2.0]), np.array([7.0, 7.0])], m4.FREQUENCIES["Yearly"])
    assert (score.mase, score.smape > 0) == (0, True)
    assert m4.naive2(series[1].history, frequency.season, 2).tolist() == [7.0, 7.0]


def test_a_test_file_without_one_of_the_series_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("A,1,2,3\nB,1,2,3\n")
    (tmp_path / "b.csv").write_text("A,4,5\n")
    with pytest.raises(ValueError, match="does not go on with B"):
        m4.read_series(tmp_path / "a.csv", tmp_path / "b.csv")
