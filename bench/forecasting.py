"""The forecast on published series: accuracy beside the published table, interval coverage and seconds per series.

Alone: `python -m bench.forecasting [--data FOLDER] [--series N]`. Other files of the competition: `bench.competition`.
"""

import argparse
import math
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from statistics import fmean, median

from bench import everyday, m4
from bench.competition import Run, run_all
from bench.everyday import EverydaySeries, Values
from bench.report import Row, limit, print_row
from bench.shared import add_data_argument
from kpis.analysis.forecasting import combination, forecast
from kpis.analysis.forecasting.series import prepare

BEST = "238"  # the competition's entries go by numbers
ENTRIES = {BEST: "the best of M4", "118": "the second of M4", "sNaive": "seasonal naive", "Theta": "Theta"}
OWA_TARGET, COVERED, SECONDS_TARGET = 0.50, (0.75, 0.85), 1.0
TOLERANCE = 0.0005


def run_hourly(data: Path, count: int | None) -> Run:
    """Forecast all hourly series, or `count` of them spread over the file."""
    return run_all(m4.hourly_series(data), m4.HOURLY, count)


def rows(data: Path, series: int | None) -> list[dict[str, object]]:
    """The benchmark's rows; `series` limits how many hourly series are forecast (all 414 where None)."""
    published = m4.published(data)
    found = [*_reproduced(data, published), *_hourly(run_hourly(data, series), published), *_everyday(data)]
    return [asdict(row) for row in found]


def _reproduced(data: Path, published: dict[str, dict[str, float]]) -> list[Row]:
    """Our scoring of two reference methods over all series beside the published figures."""
    series = m4.hourly_series(data)
    season, horizon = m4.HOURLY.season, m4.HOURLY.horizon
    found = []
    for method, forecaster in (("sNaive", m4.seasonal_naive), ("Naive2", m4.naive2)):
        score = m4.score(series, [forecaster(one.history, season, horizon) for one in series])
        for measure, value in (("sMAPE", score.smape), ("MASE", score.mase), ("OWA", score.owa)):
            known = published[method][measure]
            name = f"M4 Hourly, {method} reproduced, {measure}"
            same = abs(value - known) <= TOLERANCE
            found.append(Row(name, value, "", known, value / known, "as published", same))
    return found


def _hourly(run: Run, published: dict[str, dict[str, float]]) -> list[Row]:
    """Ours beside the published entries, then coverage and time."""
    score = run.score()
    name = f"M4 Hourly ({len(run.series)} series), forecast"
    found = [limit(f"{name}, OWA", score.owa, "", at_most=OWA_TARGET)]
    found += [
        _beside(f"{name}, OWA beside {title}", score.owa, published[entry]["OWA"])
        for entry, title in ENTRIES.items()
    ]
    found.append(_beside(f"{name}, sMAPE beside the best of M4", score.smape, published[BEST]["sMAPE"]))
    found.append(_beside(f"{name}, MASE beside the best of M4", score.mase, published[BEST]["MASE"]))
    low, high = COVERED
    for where, share in (("48 hours held out", run.covered()), ("backtest", run.covered_in_sample())):
        found.append(
            Row(f"{name}, 80 % interval, {where}", share, "", None, None, "0.75–0.85", low <= share <= high)
        )
    found.append(limit(f"{name}, median per series", median(run.seconds), "s", at_most=SECONDS_TARGET))
    found.append(limit(f"{name}, slowest series", max(run.seconds), "s"))
    beaten = fmean(one.beats_naive for one in run.forecasts)
    return [*found, limit(f"{name}, share that beats seasonal naive in its backtest", beaten, "")]


def _beside(name: str, value: float, known: float) -> Row:
    """A measure beside a published one, without a verdict."""
    return Row(name, value, "", known, value / known, "", ok=True)


def _everyday(data: Path) -> list[Row]:
    """Other frequencies, six windows held out each: error in shares of two simpler methods' errors."""
    ratios: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for series in everyday.everyday_series(data):
        ratios[series.name.split()[0]].append(_compared(series))
    found = []
    for frequency, compared in ratios.items():
        naive, winters, covered = (list(column) for column in zip(*compared, strict=True))
        name = f"{frequency} ({len(compared)} series), forecast"
        found += [
            limit(f"{name}, error in seasonal naive's", _geometric(naive), "×", at_most=1.0),
            limit(f"{name}, error in damped Holt-Winters'", _geometric(winters), "×"),
            limit(f"{name}, 80 % interval covers", fmean(covered), ""),
        ]
    return found


def _compared(series: EverydaySeries) -> tuple[float, float, float]:
    """Our error over seasonal naive's, over a single damped Holt-Winters', and the share inside our interval."""
    found = [forecast(known, series.seasons, series.horizon) for known, _future in series.windows()]
    inside = [
        low <= truth <= high
        for one, (_known, future) in zip(found, series.windows(), strict=True)
        for low, truth, high in zip(one.lows, future, one.highs, strict=True)
        if truth is not None
    ]
    points = iter(found)
    ours = everyday.scaled_error(lambda _known: list(next(points).points), series)
    naive = everyday.scaled_error(lambda known: _single(known, series, "seasonal naive"), series)
    winters = everyday.scaled_error(lambda known: _single(known, series, "Holt-Winters"), series)
    tiny = 1e-9
    return (ours + tiny) / (naive + tiny), (ours + tiny) / (winters + tiny), fmean(inside)


def _single(known: Values, series: EverydaySeries, method: str) -> list[float]:
    """The forecast of one method by itself."""
    prepared = prepare(known, series.seasons, series.horizon)
    candidates = combination.candidates(prepared)
    name = f"{method} {prepared.base}" if method == "seasonal naive" else method
    points: list[float] = candidates[name][-1].tolist()
    return points


def _geometric(ratios: list[float]) -> float:
    return math.exp(fmean(math.log(ratio) for ratio in ratios))


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.forecasting", description=__doc__)
    add_data_argument(parser)
    parser.add_argument("--series", type=int, help="forecast only so many hourly series")
    asked = parser.parse_args()
    for row in rows(asked.data, asked.series):
        print_row(Row(**row))


if __name__ == "__main__":
    main()
