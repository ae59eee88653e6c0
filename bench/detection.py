"""The anomaly detector on the 31 labelled series, beside every published reference detector on the same series."""

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
    """Print the table and the rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.detection", description=__doc__)
    add_data_argument(parser)
    folder = parser.parse_args().data
    ours, speed = score_corpus(nab.read_corpus(folder), nab.read_weights(folder))
    print_table(ours, reference_groups(folder))
    print(f"{speed:,.0f} points/second")


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
