"""Bringing a backup back: into an empty database, with proof before anything is committed."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import sql

from opsteam.operating import catalogue
from opsteam.operating.backup import AT_ONCE, Progress
from opsteam.operating.comparing import differences
from opsteam.operating.errors import NotABackup, NotRestorable
from opsteam.operating.manifest import Manifest, Table, manifest_of

IN_USE = "SELECT to_regclass('people_organization') IS NOT NULL"
# Not DROP OWNED: that would also take rights away that the role was given on the database itself.
EVERYTHING = """
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
WHERE nspowner = current_user::regrole AND nspname <> 'public' AND nspname NOT LIKE 'pg\\_%'
UNION ALL
SELECT format('DROP TABLE IF EXISTS public.%I CASCADE', relname) FROM pg_class AS c
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT format('DROP SEQUENCE IF EXISTS public.%I CASCADE', relname) FROM pg_class AS c
WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
UNION ALL
SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc AS p
WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
FOREIGN_KEYS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint
WHERE contype = 'f' AND conparentid = 0 AND connamespace = 'public'::regnamespace ORDER BY conrelid, conname
"""


@contextmanager
def opened(path: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    """The archive and what it says about itself; refuses what is no backup."""
    try:
        with ZipFile(path) as archive:
            yield archive, manifest_of(archive)
    except BadZipFile as error:
        raise NotABackup(f"{path} is no backup of opsteam, or is damaged: {error}.") from error


def check_files(archive: ZipFile, manifest: Manifest, *, progress: Progress = lambda _rows: None) -> None:
    """Every file is there and is what was written; refuses otherwise."""
    wanted = {table.file: table.sha256 for table in manifest.tables}
    wanted |= {month.file: month.sha256 for month in manifest.archived if month.is_included}
    for name, digest in wanted.items():
        try:
            with archive.open(name) as file:
                found = Read(file, progress)
                while found.read(AT_ONCE):
                    pass
        except (KeyError, BadZipFile, zlib.error, EOFError) as error:
            raise NotABackup(f"{name} is missing or damaged in this backup.") from error
        if found.digest.hexdigest() != digest:
            raise NotABackup(f"{name} was changed after the backup was written.")


def refuse_unfit(manifest: Manifest, database: BaseDatabaseWrapper, *, replace: bool) -> None:
    """Refuses a backup of a later version, and a database that somebody uses unless `replace`."""
    known = MigrationExecutor(database).loader.disk_migrations
    unknown = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if unknown:
        raise NotRestorable(
            f"This backup is of a later version of opsteam ({manifest.version}): this one lacks the migrations"
            f" {', '.join(unknown[:5])}. Install that version first."
        )
    if not replace and is_in_use(database):
        raise NotRestorable(
            "This database is in use: it holds an organization. Restore into an empty one, or say --replace to"
            " delete everything in it first."
        )


def is_in_use(database: BaseDatabaseWrapper) -> bool:
    """Whether an organization lives in this database."""
    with database.cursor() as cursor:
        cursor.execute(IN_USE)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT EXISTS (SELECT FROM people_organization)")
        return bool(cursor.fetchone()[0])


def empty(database: BaseDatabaseWrapper) -> None:
    """Nothing of opsteam is left in the database. Refuses while other programs work in it."""
    with transaction.atomic(using=database.alias), database.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute(EVERYTHING)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def build(manifest: Manifest, database: BaseDatabaseWrapper) -> None:
    """The tables are those of the version that wrote the backup, with the months it had, and rows of no organization.

    Tables of that version that nobody has used are kept: to make them takes most of the time of a small restore.
    """
    if not has_unused_tables(manifest, database):
        empty(database)
        _make_tables(manifest, database)
    with database.cursor() as cursor:
        for month in manifest.months:
            cursor.execute("SELECT kpis_make_month(%s::date)", [month])


def has_unused_tables(manifest: Manifest, database: BaseDatabaseWrapper) -> bool:
    """Whether the tables are those of the version that wrote the backup, and no organization has used them."""
    applied = MigrationExecutor(database).loader.applied_migrations
    return set(applied) == {(app, name) for app, name in manifest.migrations} and not is_in_use(database)


def _make_tables(manifest: Manifest, database: BaseDatabaseWrapper) -> None:
    executor = MigrationExecutor(database)
    graph = executor.loader.graph
    wanted = {(app, name) for app, name in manifest.migrations if (app, name) in graph.nodes}
    followed = {
        parent.key for node in wanted for parent in graph.node_map[node].parents if parent.key[0] == node[0]
    }
    newest = sorted(wanted - followed)
    targets: list[tuple[str, str | None]] = [*newest]
    executor.migrate(targets)


def load(
    archive: ZipFile,
    manifest: Manifest,
    database: BaseDatabaseWrapper,
    *,
    progress: Progress = lambda _rows: None,
) -> None:
    """All rows are in, every reference holds, and everything equals the manifest; otherwise nothing is committed.

    Triggers stay silent, for what they would write is in the backup as well. References are taken away for the
    time and checked by one query each when they come back.
    """
    connection = catalogue.own_connection(database)
    try:
        with connection.cursor() as cursor:
            present = {shape.name for shape in catalogue.tables(cursor)}
            names = [table.name for table in manifest.tables]
            if missing := set(names) - present:
                raise NotRestorable(f"No migration makes the tables {', '.join(sorted(missing))}.")
            references = _without_references(cursor)
            _each(cursor, "ALTER TABLE {} DISABLE TRIGGER USER", sorted(present))
            # What migrations put into an empty database is in the backup too.
            _each(cursor, "DELETE FROM {}", names)
            for table in manifest.tables:
                _load_table(archive, cursor, table, progress)
            for sequence in manifest.sequences:
                cursor.execute(
                    "SELECT setval(%s::regclass, %s, %s)",
                    [f'public."{sequence.name}"', sequence.last, sequence.is_called],
                )
            for statement in references:
                cursor.execute(statement)
            _each(cursor, "ALTER TABLE {} ENABLE TRIGGER USER", sorted(present))
            _refuse_different(cursor, manifest)
        connection.commit()
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    finally:
        connection.close()


def take_out_months(archive: ZipFile, manifest: Manifest, directory: Path) -> list[Path]:
    """The included files of archived months are in the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for month in manifest.archived:
        if month.is_included:
            path = directory / Path(month.file_name).name
            with archive.open(month.file) as packed, path.open("xb") as file:
                while part := packed.read(AT_ONCE):
                    file.write(part)
            written.append(path)
    return written


def _without_references(cursor: Any) -> list[str]:
    """Takes all foreign keys away; returns the statements that bring them back."""
    cursor.execute(FOREIGN_KEYS)
    statements = cursor.fetchall()
    for drop, _add in statements:
        cursor.execute(drop)
    return [add for _drop, add in statements]


def _load_table(archive: ZipFile, cursor: Any, table: Table, progress: Progress) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv, HEADER MATCH)").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    with archive.open(table.file) as file:
        cursor.copy_expert(query, Read(file, progress), AT_ONCE)


def _refuse_different(cursor: Any, manifest: Manifest) -> None:
    found = list(differences(cursor, manifest))
    if found:
        raise NotRestorable("What was loaded differs from the backup: " + "; ".join(found[:10]))


def _each(cursor: Any, statement: str, tables: list[str]) -> None:
    for table in tables:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))


class Read:
    """A file that is read through, with its digest."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self.digest = sha256()
        self._file = file
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        """The next part."""
        part = self._file.read(size)
        self.digest.update(part)
        self._progress(part.count(b"\n"))
        return part
