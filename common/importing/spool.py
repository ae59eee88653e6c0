"""What an import must remember of rows it has passed, on disk, so that memory does not grow with the file."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from types import TracebackType
from typing import Self

from common.importing.records import Row

CACHE_KIB = 4096
_SCHEMA = """
CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE event (first_line INTEGER NOT NULL, at TEXT NOT NULL, line INTEGER NOT NULL, cells TEXT NOT NULL,
    PRIMARY KEY (first_line, at, line)) WITHOUT ROWID;
CREATE TABLE held_back (first_line INTEGER PRIMARY KEY, line INTEGER NOT NULL);
"""


class Spool:
    """A private temporary database that vanishes with the process."""

    def __init__(self) -> None:
        # An empty name makes a file that SQLite unlinks at once; two caches of a few MiB bound its memory.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            f"PRAGMA cache_size=-{CACHE_KIB}; PRAGMA temp_store=FILE; PRAGMA journal_mode=OFF; "
            f"PRAGMA synchronous=OFF; {_SCHEMA} BEGIN;"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def remember(self, keys: Iterable[tuple[str | bytes, int]]) -> None:
        """These keys were met before, each on its line."""
        self._database.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", keys)

    def first_line_of(self, key: str | bytes, line: int) -> int:
        """The line on which the key was met first: `line` itself, where that is now."""
        with closing(self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, line))) as done:
            if done.rowcount == 1:
                return line
        return int(self._database.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()[0])

    def keep_event(self, case: str, at: str, row: Row) -> None:
        """Keep one event of a case; `at` sorts as text."""
        first_line = self.first_line_of(case, row.line)
        cells = json.dumps(row.values, ensure_ascii=False)
        self._database.execute("INSERT INTO event VALUES (?, ?, ?, ?)", (first_line, at, row.line, cells))

    def hold_back(self, case: str, line: int) -> None:
        """The case must not be stored: its event on `line` is wrong."""
        first_line = self.first_line_of(case, line)
        self._database.execute("INSERT OR IGNORE INTO held_back VALUES (?, ?)", (first_line, line))

    def case_count(self) -> int:
        """How many cases the kept events belong to."""
        return int(self._database.execute("SELECT count(*) FROM seen").fetchone()[0])

    def cases(self) -> Iterator[tuple[int | None, Iterator[Row]]]:
        """The events of each case in order of time, cases in order of first appearance; with the line of the
        wrong event where the case is held back."""
        rows = self._database.execute(
            "SELECT first_line, held_back.line, event.line, cells "
            "FROM event LEFT JOIN held_back USING (first_line) ORDER BY first_line, at, event.line"
        )
        for (_first_line, wrong_line), events in groupby(rows, key=lambda row: row[:2]):
            yield wrong_line, (Row(line=line, values=json.loads(cells)) for *_case, line, cells in events)
