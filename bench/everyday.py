"""Published daily, weekly, monthly and intraday series, each with its last windows held out one after the other."""

import csv
import gzip
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import fmean

Values = list[float | None]
HELD_OUT = 6
DASHBOARD_POINTS = 120


@dataclass(frozen=True)
class EverydaySeries:
    """Equally spaced values of one frequency, None where a value is missing."""

    name: str
    seasons: tuple[int, ...]
    horizon: int
    values: Values

    def windows(self) -> Iterator[tuple[Values, Values]]:
        """What was known and what followed, for the last windows of one horizon each."""
        for back in range(HELD_OUT, 0, -1):
            cut = len(self.values) - back * self.horizon
            known, future = self.values[:cut], self.values[cut : cut + self.horizon]
            if cut > 2 * self.seasons[0] and any(value is not None for value in future):
                yield known, future


def everyday_series(data: Path) -> list[EverydaySeries]:
    """Every published series of the shared data that is not the hourly competition's."""
    monthly = {name: list(_dated(data, name).values()) for name in ("air_passengers", "retail_sales")}
    daily = {
        name: _filled_days(_dated(data, name)) for name in ("wp_log_peyton_manning", "pedestrians_covid")
    }
    calls = _calls(data)
    dashboard = _dashboard(data)
    return [
        *(EverydaySeries(f"monthly {name}", (12,), 12, values) for name, values in monthly.items()),
        *(EverydaySeries(f"daily {name}", (7, 365), 28, days) for name, days in daily.items()),
        *(EverydaySeries(f"weekly {name}", (52,), 13, _weeks(days)) for name, days in daily.items()),
        EverydaySeries("5-minute bank_calls", (169, 845), 169, calls),
        EverydaySeries("daily bank_calls", (5,), 20, _sums(calls, 169)),
        *(EverydaySeries(f"daily dashboard {name}", (7,), 14, days) for name, days in dashboard.items()),
    ]


def _dated(data: Path, name: str) -> dict[date, float]:
    with (data / f"c_prophet_{name}.csv").open(encoding="utf-8", newline=None) as lines:
        return {date.fromisoformat(row["ds"]): float(row["y"]) for row in csv.DictReader(lines) if row["y"]}


def _filled_days(by_day: dict[date, float]) -> Values:
    first, last = min(by_day), max(by_day)
    return [by_day.get(first + timedelta(days=offset)) for offset in range((last - first).days + 1)]


def _weeks(days: Values) -> Values:
    return [_mean(days[start : start + 7]) for start in range(0, len(days) - 6, 7)]


def _mean(values: Values) -> float | None:
    present = [value for value in values if value is not None]
    return fmean(present) if present else None


def _calls(data: Path) -> Values:
    with gzip.open(data / "c_bank_calls_5min.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        return [float(row["Calls"]) for row in csv.DictReader(lines)]


def _sums(values: Values, length: int) -> Values:
    return [
        math.fsum(value or 0 for value in values[start : start + length])
        for start in range(0, len(values), length)
    ]


def _dashboard(data: Path) -> dict[str, Values]:
    """Daily means of the metrics that were polled on enough days."""
    polled: dict[str, dict[date, list[float]]] = defaultdict(lambda: defaultdict(list))
    with gzip.open(data / "c_django_dashboard_points.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            day = datetime.fromisoformat(row["timestamp"]).date()
            polled[row["metric"]][day].append(float(row["value"]))
    means = {name: {day: fmean(found) for day, found in days.items()} for name, days in polled.items()}
    return {name: _filled_days(days) for name, days in means.items() if len(days) >= DASHBOARD_POINTS}


def scaled_error(forecaster: Callable[[Values], list[float]], series: EverydaySeries) -> float:
    """Mean absolute error over the held-out windows, in the unit of the series."""
    errors = []
    for known, future in series.windows():
        pairs = zip(forecaster(known), future, strict=True)
        errors.extend(abs(guess - truth) for guess, truth in pairs if truth is not None)
    return fmean(errors)
