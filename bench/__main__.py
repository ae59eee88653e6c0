"""`make bench`: every number that opsteam promises, as a ratio against something measured in the same run."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.house import open_house, postgres_version
from bench.report import Row, markdown, print_row, write_json
from bench.shared import add_data_argument
from bench.sizes import SIZES, Size

ROOT = Path(__file__).resolve().parent.parent
MARK = "<!-- {size} -->"
Part = Callable[[Size, Path], Iterable[Row]]


def main() -> int:
    """Measure, print, write `build/bench.json` and the size's table of `docs/benchmarks.md`."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="full")
    parser.add_argument("--only", nargs="*", default=[], metavar="PART", help="measure these parts only")
    add_data_argument(parser)
    asked = parser.parse_args()
    size = SIZES[asked.size]
    rows: list[Row] = []
    started = time.monotonic()
    with open_house():
        version = postgres_version()
        for name, part in _parts().items():
            if asked.only and name not in asked.only:
                continue
            print(f"{name} ({time.monotonic() - started:.0f} s)", flush=True)
            for row in part(size, asked.data):
                print_row(row)
                sys.stdout.flush()
                rows.append(row)
    write_json(rows, ROOT / "build" / "bench.json")
    if not asked.only:
        _write_page(markdown(rows, size.name, version), size.name)
    missed = [row for row in rows if row.ok is False]
    unjudged = [row for row in rows if row.ok is None]
    print(
        f"{len(rows)} rows, {len(missed)} missed, {len(unjudged)} not judged at this size,"
        f" {time.monotonic() - started:.0f} s"
    )
    return 1 if missed else 0


def _parts() -> dict[str, Part]:
    """In this order: later parts read what earlier ones loaded."""
    from bench import api, judging, reads, rollup, tenancy, trust, words, zones

    return {
        "rollup": rollup.rows,
        "reads": reads.rows,
        "writers": trust.writer_rows,
        "visible": trust.visible_rows,
        "races": trust.race_rows,
        "zones": zones.rows,
        "signals": judging.signal_rows,
        "forecast": judging.forecast_rows,
        "api": api.rows,
        "tenancy": tenancy.rows,
        "words": words.rows,
    }


def _write_page(table: str, size: str) -> None:
    page = ROOT / "docs" / "benchmarks.md"
    text = page.read_text()
    mark = MARK.format(size=size)
    before, _, rest = text.partition(mark)
    _old, _, after = rest.partition("<!-- end -->")
    page.write_text(f"{before}{mark}\n{table}\n<!-- end -->{after}")


if __name__ == "__main__":
    sys.exit(main())
