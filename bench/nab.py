"""The standard-profile scoring of the Numenta Anomaly Benchmark (Lavin and Ahmad, 2015), per file.

A detector answers with one score per point; a point at or above the corpus-wide threshold is a detection.
Labelled windows reward the earliest detection inside them, detections outside cost a little more the further
behind the last window they are, and the first 15 % of a file (of at most 5,000 points) is not scored.

What a published row's counts (TP, FP, FN: points, not windows) say about its score:
- no FP and no TP: exactly minus the miss weight for each scored window;
- no window in the file: exactly minus the false-alarm weight for each FP;
- otherwise only an interval, since positions are not published (`score_bounds`).

The tests reproduce every row of two published detectors: the null detector from its counts, and the windowed
Gaussian from its own detections, which its one-paragraph definition gives.
"""

import csv
import gzip
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

PROBATION_SHARE = 0.15
PROBATION_CAP = 5000
STEEPNESS = 5.0
FAR_BEHIND = 3.0


@dataclass(frozen=True)
class Weights:
    """What a found window, a missed window and a false detection are worth; as the standard profile has them."""

    found: float = 1.0
    missed: float = 1.0
    false: float = 0.11


@dataclass(frozen=True)
class LabelledSeries:
    """One file of the corpus: points in file order and its windows as inclusive index pairs."""

    name: str
    times: list[datetime]
    values: list[float]
    windows: list[tuple[int, int]]

    @property
    def group(self) -> str:
        """The folder of the corpus it comes from."""
        return self.name.split("/", 1)[0]


@dataclass(frozen=True)
class FileScore:
    """A file's raw score and its counts of points after probation."""

    score: float
    true_positives: int
    false_positives: int
    true_negatives: int
    false_negatives: int


def probation_length(points: int) -> int:
    """Points at the head of a file that are not scored."""
    return math.floor(PROBATION_SHARE * min(points, PROBATION_CAP))


def position_value(position: float) -> float:
    """Scaled sigmoid of a place relative to a window's end: −1 its start, 0 its end, above 0 behind; in (−1, 1)."""
    if position > FAR_BEHIND:
        return -1.0
    return 2.0 / (1.0 + math.exp(STEEPNESS * position)) - 1.0


def hit_value(index: int, window: tuple[int, int]) -> float:
    """Share of a window's reward that a detection at this index earns; 1 at the window's first point."""
    first, last = window
    width = last - first + 1
    return position_value(-(last - index + 1) / width) / position_value(-1.0)


def miss_value(index: int, before: tuple[int, int] | None) -> float:
    """Share of the false-alarm cost of a detection behind the window `before` (none: the full cost); in [−1, 0]."""
    if before is None:
        return -1.0
    first, last = before
    return position_value((index - last) / max(last - first, 1))


def scored_windows(series: LabelledSeries) -> int:
    """How many windows reach into the scored part."""
    start = probation_length(len(series.values))
    return sum(last >= start for _first, last in series.windows)


def score_file(
    series: LabelledSeries, scores: Sequence[float], threshold: float, weights: Weights
) -> FileScore:
    """Raw score of one file for detections `scores >= threshold`.

    A window that reaches into the scored part counts, and is found by its best scored detection.
    """
    total = len(series.values)
    start = probation_length(total)
    found: dict[tuple[int, int], float] = {w: -weights.missed for w in series.windows if w[1] >= start}
    false_cost = 0.0
    inside = hits = false = 0
    place = 0
    for index in range(total):
        while place < len(series.windows) and series.windows[place][1] < index:
            place += 1
        window = series.windows[place] if place < len(series.windows) else None
        is_inside = window is not None and window[0] <= index
        if index < start:
            continue
        inside += is_inside
        if scores[index] < threshold:
            continue
        if window is not None and is_inside:
            hits += 1
            found[window] = max(found[window], weights.found * hit_value(index, window))
        else:
            false += 1
            before = series.windows[place - 1] if place else None
            false_cost += weights.false * miss_value(index, before)
    return FileScore(
        score=sum(found.values()) + false_cost,
        true_positives=hits,
        false_positives=false,
        true_negatives=total - start - inside - false,
        false_negatives=inside - hits,
    )


def score_bounds(windows: int, hits: int, false: int, weights: Weights) -> tuple[float, float]:
    """Least and greatest score that a file with this many windows and counted detections can have.

    Equal bounds mean that the counts determine the score.
    """
    if windows == 0:
        exact = -weights.false * false
        return exact, exact
    least_found = 1 if hits else 0
    most_found = min(windows, hits)
    low = -weights.false * false - weights.missed * (windows - least_found)
    high = weights.found * most_found - weights.missed * (windows - most_found)
    return low, high


def read_weights(folder: Path, profile: str = "standard") -> Weights:
    """The weights of a published profile."""
    matrix = json.loads((folder / "c_nab_profiles.json").read_text())[profile]["CostMatrix"]
    return Weights(found=matrix["tpWeight"], missed=matrix["fnWeight"], false=matrix["fpWeight"])


def read_corpus(folder: Path) -> list[LabelledSeries]:
    """All labelled series of the shared data, in the order of the file."""
    points: dict[str, list[dict[str, str]]] = {}
    with gzip.open(folder / "c_nab_series.csv.gz", "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            points.setdefault(row["file"], []).append(row)
    labels = read_labels(folder / "c_nab_labels.json")
    return [_labelled(name, rows, labels[name]) for name, rows in points.items()]


def read_folder(folder: Path, labels: Path) -> list[LabelledSeries]:
    """Every CSV file below the folder with `timestamp` and `value`, by name, with the windows that `labels` gives it.

    A file without labels has no window: every detection in it is false.
    """
    windows = read_labels(labels)
    found = []
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if {"timestamp", "value"} <= set(rows.fieldnames or ()):
                name = path.relative_to(folder).as_posix()
                found.append(_labelled(name, rows, windows.get(name, [])))
    return [series for series in found if series.values]


def read_labels(path: Path) -> dict[str, list[list[str]]]:
    """Windows by file: `{"file": [["first", "last"], …]}`, or that under the name `windows`."""
    labels: dict[str, Any] = json.loads(path.read_text())
    windows = labels.get("windows", labels)
    return dict(windows)


def _labelled(name: str, rows: Iterable[dict[str, str]], windows: Iterable[list[str]]) -> LabelledSeries:
    """Points without a value are left out, and so are windows without a point."""
    known = [(_moment(row["timestamp"]), float(row["value"])) for row in rows if row["value"].strip()]
    points = [(at, value) for at, value in known if math.isfinite(value)]
    times = [at for at, _value in points]
    places = (index_window(times, _moment(first), _moment(last)) for first, last in windows)
    return LabelledSeries(name, times, [value for _at, value in points], sorted(filter(None, places)))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.strip()).replace(tzinfo=None)


def index_window(times: list[datetime], first: datetime, last: datetime) -> tuple[int, int] | None:
    """Indices of the first and the last point between a window's two ends; None where no point lies there."""
    inside = [index for index, at in enumerate(times) if first <= at <= last]
    return (inside[0], inside[-1]) if inside else None


def read_reference(folder: Path) -> list[dict[str, str]]:
    """The published rows: detector, profile, file, threshold, score, TP, TN, FP, FN, total."""
    with (folder / "c_nab_reference_scores.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))
