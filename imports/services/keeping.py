"""A file in the database: packed in pieces that are unpacked one by one, so that reading begins anywhere."""

import gzip
import io
from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TextIO

from common.importing.records import BYTE_ORDER_MARKED, Place, Table
from common.importing.spool import Spool
from imports.choices import PartKind
from imports.models import FileImport, ImportPart

# Of a piece before it is packed.
PIECE_BYTES = 1 << 20
DIGEST_BYTES, LINE_BYTES = 16, 4
KEY_BYTES = DIGEST_BYTES + LINE_BYTES
KEYS_AT_ONCE = 50_000 * KEY_BYTES


def keep_file(taken: FileImport, path: Path) -> None:
    """The unpacked file is kept in pieces of `PIECE_BYTES`, each packed for itself."""
    with path.open("rb") as plain:
        position = 0
        while piece := plain.read(PIECE_BYTES):
            content = gzip.compress(piece, compresslevel=3)
            ImportPart.objects.create(file=taken, kind=PartKind.FILE, position=position, content=content)
            position += 1


def open_table(taken: FileImport) -> tuple[Table, BinaryIO]:
    """The rows that no stretch has read yet, and the bytes below them, whose position tells how far that is."""
    text, plain = _opened(taken, 0)
    table = Table(text, taken.delimiter)
    if taken.bytes_done:
        text, plain = _opened(taken, taken.bytes_done)
        table.go_on(text, Place(taken.bytes_done, taken.lines_done + 1))
    return table, plain


def _opened(taken: FileImport, offset: int) -> tuple[TextIO, BinaryIO]:
    plain = io.BufferedReader(_Pieces(taken, offset))
    codec = "utf-8" if offset and taken.codec == BYTE_ORDER_MARKED else taken.codec
    return io.TextIOWrapper(plain, encoding=codec, newline=""), plain


class _Pieces(io.RawIOBase):
    """The bytes of the kept file from `offset` on, one piece in memory at a time."""

    def __init__(self, taken: FileImport, offset: int) -> None:
        first, skipped = divmod(offset, PIECE_BYTES)
        parts = ImportPart.objects.filter(file=taken, kind=PartKind.FILE, position__gte=first)
        self._ids: Iterator[int] = iter(list(parts.order_by("position").values_list("pk", flat=True)))
        self._piece = memoryview(self._next_piece())[skipped:]
        self._offset = offset

    def readable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """How many bytes of the file lie before."""
        return self._offset

    def readinto(self, target: Any) -> int:
        """As many bytes as are at hand; 0 at the end."""
        if not self._piece:
            self._piece = memoryview(self._next_piece())
        count = min(len(target), len(self._piece))
        target[:count] = self._piece[:count]
        self._piece, self._offset = self._piece[count:], self._offset + count
        return count

    def _next_piece(self) -> bytes:
        """Nothing at the end, and where the file was cancelled meanwhile."""
        parts = ImportPart.objects.filter(pk__in=list(islice(self._ids, 1)))
        content = parts.values_list("content", flat=True).first()
        return b"" if content is None else gzip.decompress(bytes(content))


class KeptKeys:
    """The keys that the stretches before met, as digests with their lines, and those of this one."""

    def __init__(self, taken: FileImport) -> None:
        self._spool = Spool()
        self._new = bytearray()
        parts = ImportPart.objects.filter(file=taken, kind=PartKind.KEYS).order_by("position")
        self._parts = list(parts.values_list("pk", flat=True))
        for part_id in self._parts:
            content = bytes(ImportPart.objects.values_list("content", flat=True).get(pk=part_id))
            self._spool.remember(_pairs(content))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.close()

    def first_line_of(self, key: str, line: int) -> int:
        """The line on which the key was met first in the whole file: `line` itself, where that is now."""
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()
        first_line = self._spool.first_line_of(digest, line)
        if first_line == line:
            self._new += digest + line.to_bytes(LINE_BYTES, "big")
        return first_line

    def keep(self, taken: FileImport) -> None:
        """The keys of this stretch are there for the next one."""
        for position, start in enumerate(range(0, len(self._new), KEYS_AT_ONCE), start=len(self._parts)):
            content = bytes(self._new[start : start + KEYS_AT_ONCE])
            ImportPart.objects.create(file=taken, kind=PartKind.KEYS, position=position, content=content)


def _pairs(content: bytes) -> Iterator[tuple[bytes, int]]:
    for start in range(0, len(content), KEY_BYTES):
        digest, line = (
            content[start : start + DIGEST_BYTES],
            content[start + DIGEST_BYTES : start + KEY_BYTES],
        )
        yield digest, int.from_bytes(line, "big")
