"""Taking in an uploaded file: unpacked, read to its last byte once, and kept in pieces."""

import gzip
import tempfile
import zlib
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import NotAllowed
from common.importing.errors import UnreadableFile
from common.importing.records import Row, Table
from common.importing.text import CHUNK_BYTES, GZIP_MAGIC, Encoding, TextFile, text_file
from imports.choices import Kind
from imports.library import guessed_columns
from imports.models import FileImport
from imports.permissions import can_import
from imports.services.keeping import keep_file
from people.models import Membership

LARGEST_BYTES = 15 * 1024 * 1024
LARGEST_UNPACKED_BYTES = 100 * 1024 * 1024
# Tables shrink to a tenth or so; what shrinks to less than a hundredth was made to fill a disk.
LARGEST_RATIO = 100
FIRST_ROWS = 5
CELL_SHOWN = 120


def take_file(
    by: Membership,
    *,
    kind: Kind,
    name: str,
    chunks: Iterable[bytes],
    encoding: Encoding = Encoding.AUTO,
) -> FileImport:
    """The file is kept with its columns and a guess of what they are; nothing of it is stored as rows yet.

    Refuses whoever may not create such rows, and, as `UnreadableFile`, a file that is damaged, too large, no text or
    without a header.
    """
    if not can_import(by, kind):
        raise NotAllowed
    with tempfile.TemporaryDirectory(prefix="opsteam-import-") as directory:
        path = Path(directory) / "upload"
        _write(path, chunks)
        file = text_file(_unpacked(path), encoding)
        columns, delimiter, first_rows = _look(file)
        with transaction.atomic():
            taken = FileImport.objects.create(
                organization_id=by.organization_id,
                kind=kind,
                by=by,
                file_name=Path(name).name[:120] or "csv",
                codec=file.codec,
                size_bytes=file.size_bytes,
                delimiter=delimiter,
                columns=columns,
                first_rows=first_rows,
                mapping=guessed_columns(kind, columns),
            )
            keep_file(taken, file.path)
    return taken


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    size = 0
    with path.open("wb") as target:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST_BYTES:
                raise UnreadableFile(
                    _(
                        "The file is larger than 15 MB. Pack it with gzip, split it, or use manage.py import_csv."
                    )
                )
            target.write(chunk)


def _unpacked(path: Path) -> Path:
    """The file itself, or what the gzip file holds. Refuses a damaged one, and one that holds too much."""
    with path.open("rb") as file:
        if file.read(len(GZIP_MAGIC)) != GZIP_MAGIC:
            return path
    plain, size = path.with_suffix(".csv"), 0
    most = min(LARGEST_UNPACKED_BYTES, max(LARGEST_BYTES, LARGEST_RATIO * path.stat().st_size))
    try:
        with gzip.open(path, "rb") as packed, plain.open("wb") as target:
            while chunk := packed.read(CHUNK_BYTES):
                size += len(chunk)
                if size > most:
                    raise UnreadableFile(
                        _(
                            "Unpacked, the file is larger than 100 MB, or than a hundred times its size. Split it."
                        )
                    )
                target.write(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFile(_("The file is a damaged gzip file.")) from error
    return plain


def _look(file: TextFile) -> tuple[list[str], str, list[list[str]]]:
    with file.open() as (text, _binary):
        table = Table(text)
        rows = (row.values for row in table if isinstance(row, Row))
        first = [[_shown(cell) for cell in row] for row in islice(rows, FIRST_ROWS)]
        return [_shown(column) for column in table.columns], table.delimiter, first


def _shown(text: str) -> str:
    """PostgreSQL keeps no NUL in JSON."""
    return text.replace("\x00", "␀")[:CELL_SHOWN]
