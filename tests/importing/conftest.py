"""The command as a person runs it: a file in, an exit code and words out."""

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.conftest import Cast

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "docs" / "examples"


@dataclass(frozen=True)
class Said:
    """What the command ended with and wrote."""

    code: int
    out: str
    err: str

    def rows(self) -> tuple[int, int, int]:
        """The sums of its last lines: rows in, stored, reported."""
        line = next(line for line in self.out.splitlines() if " rows in = " in line)
        words = line.replace(",", "").replace(".", "").split()
        return int(words[0]), int(words[4]), int(words[7])

    def items(self) -> tuple[int, int, int]:
        """The sums of its last lines: new, changed, unchanged."""
        line = next(line for line in self.out.splitlines() if " unchanged" in line and " new, " in line)
        words = line.partition(": ")[2].replace(",", "").split()
        return int(words[0]), int(words[2]), int(words[4])


Import = Callable[..., Said]


def run_import(kind: str, file: Path, *arguments: str | Path, organization: str = "acme") -> Said:
    """`manage.py import_csv kind file …` in this process."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command(
            "import_csv",
            kind,
            str(file),
            "--organization",
            organization,
            *map(str, arguments),
            stdout=out,
            stderr=err,
        )
    except SystemExit as ended:
        code = int(ended.code or 0)
    except CommandError as error:
        code = error.returncode
        err.write(str(error))
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture
def importing(cast: Cast) -> Import:
    """The command, over the cast's organization."""
    return run_import


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A file with this content: bytes as they are, text in UTF-8, rows as CSV."""

    def write_file(content: bytes | str | Iterable[Sequence[object]], name: str = "rows.csv") -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_bytes(content.encode())
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(content)
        return path

    return write_file


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV, plain or gzip, as the csv module reads them: the independent count."""
    csv.field_size_limit(1 << 24)
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def raw_table(columns: str, rows: Iterable[Sequence[object]]) -> None:
    """The rows of the file as a plain table, for SQL that knows nothing of opsteam."""
    lines = io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE raw ({columns}) ON COMMIT DROP")
        cursor.copy_expert("COPY raw FROM STDIN", lines)


POINTS = ("--map", "occurred_at=at", "--map", "value=value", "--map", "metric=metric", "--create-metrics")
ITEMS = ("--map", "external_id=id", "--map", "subject=subject", "--map", "opened_at=opened")
TASKS = ("--map", "external_id=id", "--map", "title=title", "--map", "opened_at=opened")
