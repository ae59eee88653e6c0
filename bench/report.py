"""The rows of a benchmark: a measured value beside what it is compared with in the same run, and the verdict."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.sizes import FULL, Size

_VERDICTS = {True: "ok", False: "**missed**", None: "not judged at this size"}
PACKAGES = ("django", "djangorestframework", "celery", "psycopg2-binary", "msgspec")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `ratio` is against `baseline`; without a baseline the value itself is judged.

    `ok` is None where the bound is for another size of the benchmark than the one that was measured.
    """

    name: str
    value: float
    unit: str
    baseline: float | None
    ratio: float | None
    target: str
    ok: bool | None


def of_full(size: Size, row: Row) -> Row:
    """A row whose bound is for the full size: in another, too much of what is measured does not grow with the facts."""
    return row if size == FULL else replace(row, ok=None)


def cost(name: str, value: float, unit: str, baseline: float, at_most: float) -> Row:
    """What we need as a multiple of the baseline; fine while it stays at or below `at_most`."""
    ratio = value / baseline
    return Row(name, value, unit, baseline, ratio, f"≤ {at_most:g}×", ratio <= at_most)


def speedup(name: str, value: float, unit: str, baseline: float, at_least: float) -> Row:
    """How many times less than the baseline we need; fine from `at_least` on."""
    ratio = baseline / value
    return Row(name, value, unit, baseline, ratio, f"≥ {at_least:g}× faster", ratio >= at_least)


def share(name: str, value: float, unit: str, baseline: float, at_least: float) -> Row:
    """What part of the baseline's rate we reach; fine from `at_least` on."""
    ratio = value / baseline
    return Row(name, value, unit, baseline, ratio, f"≥ {at_least:.0%}", ratio >= at_least)


def limit(
    name: str, value: float, unit: str, *, at_most: float | None = None, at_least: float | None = None
) -> Row:
    """A value that is judged by itself."""
    if at_most is not None:
        return Row(name, value, unit, None, None, f"≤ {at_most:g}", value <= at_most)
    if at_least is not None:
        return Row(name, value, unit, None, None, f"≥ {at_least:g}", value >= at_least)
    return Row(name, value, unit, None, None, "", True)


def seconds(action: Callable[[], Any], times: int = 1) -> float:
    """The median of so many runs, on the wall clock."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def print_row(row: Row) -> None:
    """The row on the screen, as soon as it is known."""
    verdict = {True: "ok  ", False: "MISS", None: "-   "}[row.ok]
    print(f"  {verdict} {row.name:<66} {_number(row.value):>9} {row.unit:<8} {_beside(row):<26} {row.target}")


def write_json(rows: Iterable[Row], path: Path) -> None:
    """`build/bench.json`: a list of the rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n")


def markdown(rows: Iterable[Row], size: str, postgres: str) -> str:
    """The table of `docs/benchmarks.md`, with the machine and the versions it was measured with."""
    lines = [
        f"Size: {size}. {machine()}. PostgreSQL {postgres}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in PACKAGES)
        + f". {time.strftime('%Y-%m-%d', time.gmtime())}.",
        "",
        "| what | measured | beside it | ratio | target | |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        baseline = "" if row.baseline is None else f"{_number(row.baseline)} {row.unit}"
        ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
        verdict = _VERDICTS[row.ok] if row.target else ""
        lines.append(
            f"| {row.name} | {_number(row.value)} {row.unit} | {baseline} | {ratio} | {row.target} | {verdict} |"
        )
    return "\n".join(lines)


def machine() -> str:
    """Cores, memory and processor, as the kernel tells them."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    models = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    model = models[0].partition(":")[2].strip() if models else platform.processor() or "unknown processor"
    return f"{os.cpu_count()} cores ({model}), {gib:.0f} GiB, {platform.system()} {platform.release()}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _beside(row: Row) -> str:
    if row.baseline is None:
        return ""
    return f"beside {_number(row.baseline)}: {row.ratio:.3g}×"


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e12:
        return f"{int(value):,}"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
