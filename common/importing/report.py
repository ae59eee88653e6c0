"""The report of rows that were not stored: line, column, reason and cells, as a CSV that is safe to open."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from django.utils.translation import gettext as _

from common.importing.errors import UnreadableFile
from common.importing.records import Problem

SHOWN = 20
# A spreadsheet program runs a cell that starts with one of these; full-width forms count in Chinese versions.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The text, unable to start a formula; NUL bytes are shown, not written."""
    text = text.replace("\x00", "␀")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


class Report:
    """Counts problems, keeps the first ones to show, and writes all of them to `path` where one is given."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.count = 0
        self.first: list[Problem] = []
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def open(self, columns: Sequence[str]) -> None:
        """Start the file with its header, problems or none. Refuses a path that cannot be written."""
        if self.path is not None:
            try:
                self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            except OSError as error:
                raise UnreadableFile(
                    _("%(path)s cannot be written: %(reason)s.")
                    % {"path": self.path.name, "reason": error.strerror}
                ) from error
            self._write([_("line"), _("column"), _("reason"), *columns])

    def add(self, problem: Problem) -> None:
        """One row more was not stored."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(problem)
        self._write([str(problem.line), problem.column, problem.reason, *problem.values])

    def _write(self, cells: Sequence[str]) -> None:
        if self._file is not None:
            csv.writer(self._file).writerow([safe_cell(cell) for cell in cells])
