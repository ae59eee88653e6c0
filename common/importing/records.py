"""From text to rows: line ends, quotes, ragged rows. What cannot be read is reported; reading goes on."""

import csv
from codecs import BOM_UTF8
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TextIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.importing.errors import UnreadableFile

CELL_LIMIT = 1 << 20
RECORD_LIMIT = 1 << 23
DELIMITERS = (",", ";", "\t", "|")
COLUMN_LIMIT = 1000
RAW_SHOWN = 500
BYTE_ORDER_MARKED = "utf-8-sig"


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the file; `line` is the physical line on which it starts."""

    line: int
    values: list[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the row that starts on `line` was not stored; `column` is empty where the whole row is meant."""

    line: int
    column: str
    reason: str
    values: Sequence[str]


class _Line(NamedTuple):
    """One physical line, as far as any record may be long, and the bytes it takes in the file."""

    text: str
    size_bytes: int


class _RecordTooLongError(Exception):
    """More text than any record may have, most likely behind a quote that is never closed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the bytes of the file a record begins, and on which physical line."""

    offset: int
    line: int


class _Lines:
    """Physical lines (ended by LF, CRLF or CR) that can be given back after a failed record."""

    def __init__(self, stream: TextIO, place: Place | None = None) -> None:
        self._stream = stream
        self._waiting: deque[_Line] = deque()
        self._taken: list[_Line] = []
        self._taken_size = 0
        codec = getattr(stream, "encoding", None) or "utf-8"
        self._codec = "utf-8" if codec == BYTE_ORDER_MARKED else codec
        marked = len(BOM_UTF8) if codec == BYTE_ORDER_MARKED else 0
        self._record = place or Place(marked, 1)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._read()
        if not line.text:
            raise StopIteration
        self._taken.append(line)
        self._taken_size += len(line.text)
        if self._taken_size > RECORD_LIMIT:
            raise _RecordTooLongError
        return line.text

    def _read(self) -> "_Line":
        text = self._stream.readline(RECORD_LIMIT + 1)
        rest, size = text, len(text.encode(self._codec))
        while len(rest) > RECORD_LIMIT and not rest.endswith(("\n", "\r")):
            rest = self._stream.readline(RECORD_LIMIT + 1)
            size += len(rest.encode(self._codec))
        return _Line(text, size)

    def start_record(self) -> None:
        """What was taken so far is used up."""
        self._record = self.place
        self._taken, self._taken_size = [], 0

    @property
    def line(self) -> int:
        """The physical line on which the present record starts."""
        return self._record.line

    @property
    def place(self) -> Place:
        """Where the next record begins."""
        size = sum(line.size_bytes for line in self._taken)
        return Place(self._record.offset + size, self._record.line + len(self._taken))

    def give_back(self, *, keep: int) -> None:
        """Read the taken lines once more, all but the first `keep`."""
        self._waiting.extendleft(reversed(self._taken[keep:]))
        del self._taken[keep:]
        self._taken_size = sum(len(line.text) for line in self._taken)

    @property
    def first_taken(self) -> str:
        """The first physical line of the present record."""
        return self._taken[0].text if self._taken else ""


class Table:
    """The rows below the header row of an open text. Refuses a text without a readable header row."""

    def __init__(self, stream: TextIO, delimiter: str | None = None) -> None:
        csv.field_size_limit(CELL_LIMIT)
        self._lines = _Lines(stream)
        self.delimiter = delimiter or self._likely_delimiter()
        self._reader = self._new_reader(self.delimiter)
        names = [name.strip() for name in self._header()]
        if any("\x00" in name for name in names):
            raise UnreadableFile(_("This is no text file. Save the sheet as CSV (UTF-8) and import that."))
        if len(names) > COLUMN_LIMIT:
            raise UnreadableFile(_("The header row has %(count)s columns.") % {"count": len(names)})
        self.columns = _unique(names)
        self.repeated = [name for name, times in Counter(names).items() if name and times > 1]
        self.blank_lines = 0

    def __iter__(self) -> Iterator[Row | Problem]:
        while True:
            record = self._next()
            if record is None:
                return
            if isinstance(record, Row) and not any(record.values):
                self.blank_lines += 1
            else:
                yield self._checked(record) if isinstance(record, Row) else record

    @property
    def place(self) -> Place:
        """Where the record after the last one begins."""
        return self._lines.place

    def go_on(self, stream: TextIO, place: Place) -> None:
        """Read on from `stream`, which begins at that place of the file."""
        self._lines = _Lines(stream, place)
        self._reader = self._new_reader(self.delimiter)

    def _next(self) -> Row | Problem | None:
        self._lines.start_record()
        try:
            return Row(line=self._lines.line, values=next(self._reader))
        except StopIteration:
            return None
        except (csv.Error, _RecordTooLongError) as error:
            raw = self._lines.first_taken[:RAW_SHOWN].rstrip("\r\n")
            self._lines.give_back(keep=1)
            return Problem(self._lines.line, "", _sentence(error), [raw])

    def _checked(self, row: Row) -> Row | Problem:
        found, expected = len(row.values), len(self.columns)
        if found > expected and not any(row.values[expected:]):
            return Row(row.line, row.values[:expected])
        if found != expected:
            reason = ngettext(
                "The row has %(found)s cell, the header has %(expected)s.",
                "The row has %(found)s cells, the header has %(expected)s.",
                found,
            ) % {"found": found, "expected": expected}
            return Problem(row.line, "", reason, row.values)
        for column, value in zip(self.columns, row.values, strict=True):
            if "\x00" in value:
                return Problem(row.line, column, _("The cell holds a NUL byte."), row.values)
        return row

    def _header(self) -> list[str]:
        first = self._next()
        while isinstance(first, Row) and not any(first.values):
            first = self._next()
        if first is None:
            raise UnreadableFile(_("The file is empty."))
        if isinstance(first, Problem):
            raise UnreadableFile(_("The header row cannot be read: %(reason)s") % {"reason": first.reason})
        return first.values

    def _likely_delimiter(self) -> str:
        widths = {delimiter: self._width_of_header(delimiter) for delimiter in DELIMITERS}
        return max(DELIMITERS, key=lambda delimiter: widths[delimiter])

    def _width_of_header(self, delimiter: str) -> int:
        try:
            return len(next(self._new_reader(delimiter), []))
        except (csv.Error, _RecordTooLongError):
            return 0
        finally:
            self._lines.give_back(keep=0)

    def _new_reader(self, delimiter: str) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=delimiter, strict=True)


def _sentence(error: Exception) -> str:
    known = {
        "unexpected end of data": _("A quote opens on this line and is never closed."),
        "field larger than field limit": _("A cell is longer than a mebibyte; is a quote not closed?"),
        "expected after": _("Text follows a closing quote; is a quote not doubled or not closed?"),
    }
    if isinstance(error, _RecordTooLongError):
        return _("The row is too long; is a quote not closed?")
    message = str(error)
    return next((sentence for part, sentence in known.items() if part in message), message)


def _unique(names: list[str]) -> list[str]:
    """Names that can be told apart: the second `Comment` is `Comment#2`, an unnamed fifth column is `#5`."""
    unique: list[str] = []
    for position, name in enumerate(names, start=1):
        number = 2
        candidate = name or f"#{position}"
        while candidate in unique:
            candidate = f"{name}#{number}"
            number += 1
        unique.append(candidate)
    return unique
