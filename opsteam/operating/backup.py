"""Writing a backup: one moment of the whole database in a ZIP of CSV files, while everything goes on."""

import os
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import sql

from opsteam.operating import catalogue
from opsteam.operating.errors import OperatingError
from opsteam.operating.manifest import (
    FORMAT,
    NAME,
    ArchivedFile,
    Manifest,
    Sequence,
    Table,
    key_mark,
    written,
)

Progress = Callable[[int], object]
# Higher levels make the archive a tenth smaller and take twice as long.
COMPRESSION_LEVEL = 3
AT_ONCE = 1 << 20
ARCHIVED = "SELECT file_name, sha256, facts FROM kpis_archivedmonth WHERE restored_at IS NULL ORDER BY month"


def back_up(
    out: IO[bytes],
    database: BaseDatabaseWrapper,
    *,
    archived_in: Path | None = None,
    progress: Progress = lambda _rows: None,
) -> Manifest:
    """The state of one moment is in `out`, which need not be seekable; writers go on meanwhile.

    Months of facts that were moved to files are included from `archived_in`, or only named. Refuses a file that is
    not the one that was written then.
    """
    with (
        catalogue.one_moment(database) as cursor,
        ZipFile(out, "w", ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as archive,
    ):
        snapshot = _newest_transaction(cursor)
        tables = [
            _write_table(archive, cursor, shape, snapshot, progress)
            for shape in catalogue.tables(cursor)
            if shape.name not in catalogue.LEFT_OUT
        ]
        manifest = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            version=version(),
            postgresql=_server_version(cursor),
            key_mark=key_mark(),
            migrations=_rows(cursor, "SELECT app, name FROM django_migrations ORDER BY id"),
            months=catalogue.months(cursor),
            tables=tables,
            left_out=catalogue.LEFT_OUT,
            sequences=[
                Sequence(name=name, last=last, is_called=called)
                for name, last, called in catalogue.sequences(cursor)
            ],
            waiting=catalogue.waiting(cursor),
            roles=[role for (role,) in _rows(cursor, "SELECT role_name FROM kpis_bireader ORDER BY 1")],
            archived=[
                _write_month(archive, month, archived_in, cursor=cursor) for month in _rows(cursor, ARCHIVED)
            ],
        )
        archive.writestr(NAME, written(manifest))
    return manifest


def about_rows(database: BaseDatabaseWrapper) -> int:
    """Roughly how many rows there are to write."""
    connection = catalogue.own_connection(database)
    try:
        with connection.cursor() as cursor:
            return sum(shape.about_rows for shape in catalogue.tables(cursor))
    finally:
        connection.close()


def _write_table(
    archive: ZipFile, cursor: Any, shape: catalogue.TableShape, snapshot: int, progress: Progress
) -> Table:
    rows, checksum = catalogue.count_and_checksum(cursor, shape.name, shape.columns)
    query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT WITH (FORMAT csv, HEADER)").format(
        sql.SQL(", ").join(_column(shape.name, name, snapshot) for name in shape.columns),
        sql.Identifier(shape.name),
    )
    with archive.open(f"tables/{shape.name}.csv", "w", force_zip64=True) as file:
        counted = Counted(file, progress)
        cursor.copy_expert(query, counted, AT_ONCE)
    return Table(
        name=shape.name,
        columns=shape.columns,
        rows=rows,
        checksum=checksum,
        sha256=counted.digest.hexdigest(),
        bytes=counted.bytes,
    )


def _column(table: str, column: str, snapshot: int) -> sql.Composable:
    if catalogue.TRANSACTION_COLUMNS.get(table) == column:
        return sql.SQL("{0} - {1} AS {0}").format(sql.Identifier(column), sql.Literal(snapshot))
    return sql.Identifier(column)


def _write_month(
    archive: ZipFile, month: tuple[str, str, int], directory: Path | None, *, cursor: Any
) -> ArchivedFile:
    """The file of an archived month, included where it was found."""
    file_name, digest, facts = month
    entry = ArchivedFile(file_name=file_name, sha256=digest, facts=facts, is_included=directory is not None)
    if directory is None:
        return entry
    path = directory / file_name
    if not path.is_file():
        raise OperatingError(f"{path} is missing; it holds {facts} measurements that left the database.")
    with (
        path.open("rb") as source,
        # Packed already: a `ZipInfo` of its own is stored as it is.
        archive.open(ZipInfo(entry.file), "w", force_zip64=True) as to,
    ):
        counted = Counted(to)
        while part := source.read(AT_ONCE):
            counted.write(part)
    if counted.digest.hexdigest() != digest:
        raise OperatingError(f"{path} is not the file that was written when its month was archived.")
    return entry


class Counted:
    """A file that is written through, with the digest, size and lines of what went."""

    def __init__(self, file: IO[bytes], progress: Progress = lambda _rows: None) -> None:
        self.digest = sha256()
        self.bytes = 0
        self._file = file
        self._progress = progress

    def write(self, part: bytes) -> int:
        """Pass it on."""
        self.digest.update(part)
        self.bytes += len(part)
        self._progress(part.count(b"\n"))
        return self._file.write(part)


def private_file(path: Path) -> IO[bytes]:
    """A new file that only its owner reads."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def on_disk(file: IO[bytes]) -> None:
    """What was written survives a power cut."""
    file.flush()
    os.fsync(file.fileno())


def version() -> str:
    """The version of this opsteam."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))
    return str(project["project"]["version"])


def _newest_transaction(cursor: Any) -> int:
    """No row of the snapshot was written by this transaction or a later one."""
    return int(_rows(cursor, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")[0][0])


def _server_version(cursor: Any) -> str:
    return str(_rows(cursor, "SHOW server_version")[0][0])


def _rows(cursor: Any, query: str) -> list[Any]:
    cursor.execute(query)
    return list(cursor.fetchall())
