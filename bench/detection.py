"""The anomaly detector on the 31 labelled series, beside every published reference detector on the same series.

    python -m bench.detection [--data FOLDER]
    python -m bench.detection --folder FOLDER --labels FILE

The second form scores any other labelled series: CSV files with `timestamp` and `value` anywhere below the folder, and
a JSON file of their windows, `{"folder/file.csv": [["first moment", "last moment"], …]}`. One configuration for all;
the standard profile. The last column is the share of what can be reached: 100 is perfect, 0 is doing nothing.
"""

import argparse
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench import nab
from bench.shared import add_data_argument
from kpis.analysis.detection import DEFAULT, Configuration, Detector

TARGET = 20.0
ALARM = 0.5


def main() -> None:
    """Print the table and the rows, or the scores of other files."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.detection",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data_argument(parser)
    parser.add_argument("--folder", type=Path, help="other labelled series")
    parser.add_argument("--labels", type=Path, help="their windows")
    asked = parser.parse_args()
    if (asked.folder is None) != (asked.labels is None):
        parser.error("--folder and --labels belong together")
    if asked.folder is not None:
        print_files(nab.read_folder(asked.folder, asked.labels), nab.Weights())
        return
    ours, speed = score_corpus(nab.read_corpus(asked.data), nab.read_weights(asked.data))
    print_table(ours, reference_groups(asked.data))
    print(f"{speed:,.0f} points/second")


def print_files(corpus: list[nab.LabelledSeries], weights: nab.Weights) -> None:
    """Each file with its counts of points and its score, then all together."""
    print(f"{'file':60}{'windows':>9}{'hits':>7}{'false':>7}{'score':>9}{'of 100':>8}")
    total, windows = 0.0, 0
    for series in corpus:
        found = nab.score_file(series, alarms(series), ALARM, weights)
        scored = nab.scored_windows(series)
        total, windows = total + found.score, windows + scored
        counts = f"{scored:9}{found.true_positives:7}{found.false_positives:7}"
        print(f"{series.name:60}{counts}{found.score:9.2f}{_of_100(found.score, scored, weights)}")
    print(f"{'all':60}{windows:9}{'':14}{total:9.2f}{_of_100(total, windows, weights)}")


def _of_100(score: float, windows: int, weights: nab.Weights) -> str:
    """Where a score lies between that of doing nothing and the best; a dash where there is no window."""
    if not windows:
        return f"{'–':>8}"
    nothing = -weights.missed * windows
    return f"{100 * (score - nothing) / (weights.found * windows - nothing):8.1f}"


def rows(data: Path) -> list[dict[str, Any]]:
    """Score and speed for the benchmark's main program; nothing where the labelled series are absent."""
    if not (data / "c_nab_series.csv.gz").exists():
        return []
    ours, speed = score_corpus(nab.read_corpus(data), nab.read_weights(data))
    total = sum(ours.values())
    references = {name: sum(groups.values()) for name, groups in reference_groups(data).items()}
    best = max(references, key=lambda name: references[name])
    return [
        {
            "name": f"anomaly detector, summed score of 31 series (best published: {best})",
            "value": total,
            "unit": "points of score",
            "baseline": references[best],
            "ratio": total / references[best],
            "target": f"≥ {TARGET:g}",
            "ok": total >= TARGET,
        },
        {
            "name": "anomaly detector, speed",
            "value": speed,
            "unit": "points/s",
            "baseline": None,
            "ratio": None,
            "target": "≥ 2000",
            "ok": speed >= 2000,
        },
    ]


def alarms(series: nab.LabelledSeries, configuration: Configuration = DEFAULT) -> list[float]:
    """1 where the detector raised an alarm, else 0; one pass, in file order."""
    detector = Detector(configuration)
    points = zip(series.times, series.values, strict=True)
    return [float(detector.observe(at, value).is_alarm) for at, value in points]


def score_corpus(
    corpus: list[nab.LabelledSeries], weights: nab.Weights, configuration: Configuration = DEFAULT
) -> tuple[dict[str, float], float]:
    """Summed score of each group, and points judged a second."""
    groups: dict[str, float] = defaultdict(float)
    spent = 0.0
    for series in corpus:
        started = time.perf_counter()
        raised = alarms(series, configuration)
        spent += time.perf_counter() - started
        groups[series.group] += nab.score_file(series, raised, ALARM, weights).score
    return dict(groups), sum(len(series.values) for series in corpus) / spent


def reference_groups(folder: Path) -> dict[str, dict[str, float]]:
    """Published scores by detector and group; those without a row for every series are left out."""
    groups: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    files: dict[str, int] = defaultdict(int)
    for row in nab.read_reference(folder):
        groups[row["detector"]][row["file"].split("/", 1)[0]] += float(row["score"])
        files[row["detector"]] += 1
    complete = max(files.values())
    return {name: dict(by_group) for name, by_group in groups.items() if files[name] == complete}


def print_table(ours: dict[str, float], references: dict[str, dict[str, float]]) -> None:
    """All detectors, best first; a higher score is better and 63 is perfect."""
    everybody = {**references, "opsteam": ours}
    print(f"{'detector':20}" + "".join(f"{group:>20}" for group in ours) + f"{'sum':>10}")
    for name, groups in sorted(everybody.items(), key=lambda item: -sum(item[1].values())):
        scores = "".join(f"{groups[group]:20.2f}" for group in ours)
        print(f"{name:20}{scores}{sum(groups.values()):10.2f}")


if __name__ == "__main__":
    main()
