"""The forecast on any file of the M4 competition: yearly, quarterly, monthly, weekly, daily or hourly series.

    python -m bench.competition Monthly-train.csv Monthly-test.csv [--series N]

Both files hold a series a line, its name and its values, with or without a head line, plain or as .gz. The frequency is
told by the number of values to forecast. Prints sMAPE, MASE and OWA as the competition computes them, beside seasonal
naive and Naive2, then the share of values inside the 80 % interval and the seconds per series.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

import numpy as np

from bench import m4
from bench.report import Row, limit, print_row
from kpis.analysis.forecasting import Forecast, forecast


@dataclass(frozen=True)
class Run:
    """The forecasts of some series of one frequency and how long each took."""

    frequency: m4.Frequency
    series: list[m4.CompetitionSeries]
    forecasts: list[Forecast]
    seconds: list[float]

    def score(self) -> m4.Score:
        """Our published measures."""
        points = [np.array(one.points) for one in self.forecasts]
        return m4.score(self.series, points, self.frequency)

    def covered(self) -> float:
        """Share of the true values inside the 80 % interval, over all series."""
        pairs = zip(self.series, self.forecasts, strict=True)
        return fmean(
            low <= truth <= high
            for one, found in pairs
            for low, truth, high in zip(found.lows, one.future, found.highs, strict=True)
        )

    def covered_in_sample(self) -> float:
        """The same share as each series' own backtest tells it, on average."""
        return fmean(one.coverage for one in self.forecasts if one.coverage is not None)


def run_all(series: list[m4.CompetitionSeries], frequency: m4.Frequency, count: int | None = None) -> Run:
    """Forecast all series, or `count` of them spread over the file."""
    series = series[:: max(1, len(series) // count)][:count] if count else series
    forecasts, seconds = [], []
    for one in series:
        started = time.perf_counter()
        forecasts.append(forecast(one.history.tolist(), frequency.seasons, len(one.future)))
        seconds.append(time.perf_counter() - started)
    return Run(frequency, series, forecasts, seconds)


def rows(run: Run) -> list[Row]:
    """Ours beside the two reference methods on the same series, then coverage and time."""
    name = f"M4 {run.frequency.name} ({len(run.series)} series)"
    scores = {"forecast": run.score()}
    for title, forecaster in (("seasonal naive", m4.seasonal_naive), ("Naive2", m4.naive2)):
        made = [forecaster(one.history, run.frequency.season, len(one.future)) for one in run.series]
        scores[title] = m4.score(run.series, made, run.frequency)
    found = [
        limit(f"{name}, {title}, {measure}", value, "")
        for title, score in scores.items()
        for measure, value in (("sMAPE", score.smape), ("MASE", score.mase), ("OWA", score.owa))
    ]
    found.append(limit(f"{name}, 80 % interval covers", run.covered(), ""))
    found.append(limit(f"{name}, median per series", median(run.seconds), "s"))
    return [*found, limit(f"{name}, slowest series", max(run.seconds), "s")]


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.competition",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("train", type=Path, help="what was known")
    parser.add_argument("test", type=Path, help="what followed")
    parser.add_argument(
        "--frequency", choices=m4.FREQUENCIES, help="where the number of values does not tell it"
    )
    parser.add_argument("--series", type=int, help="forecast only so many series, spread over the file")
    asked = parser.parse_args()
    series = m4.read_series(asked.train, asked.test)
    frequency = m4.FREQUENCIES[asked.frequency] if asked.frequency else m4.frequency_of(series)
    for row in rows(run_all(series, frequency, asked.series)):
        print_row(row)


if __name__ == "__main__":
    main()
