"""A database against a backup, and against itself."""

from collections.abc import Iterator
from typing import Any

from psycopg2 import sql

from opsteam.operating import catalogue
from opsteam.operating.manifest import Manifest

BEHIND = """
SELECT s.relname, a.attrelid::regclass::text, a.attname FROM pg_class AS s
JOIN pg_depend AS d ON d.objid = s.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace ORDER BY 1
"""
UNCHECKED = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated ORDER BY 1, 2"
SILENT = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled = 'D' ORDER BY 1, 2
"""
AHEAD = """
SELECT follower FROM activity_eventcursor
WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
UNION ALL SELECT 'event ' || id FROM activity_event
WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
UNION ALL SELECT 'change ' || id FROM kpis_kpichange
WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint LIMIT 10
"""


def differences(cursor: Any, manifest: Manifest) -> Iterator[str]:
    """What is not as the backup says: rows of tables, sequences, and what followers of the log have not seen."""
    shapes = {shape.name: shape for shape in catalogue.tables(cursor)}
    for table in manifest.tables:
        shape = shapes.get(table.name)
        if shape is None or set(table.columns) - set(shape.columns):
            yield f"{table.name} has lost columns, or is not there"
            continue
        found = catalogue.count_and_checksum(cursor, table.name, table.columns)
        if found[0] != table.rows:
            yield f"{table.name} has {found[0]} rows instead of {table.rows}"
        elif found[1] != table.checksum:
            yield f"rows of {table.name} have other contents"
    present = {name: (last, called) for name, last, called in catalogue.sequences(cursor)}
    for sequence in manifest.sequences:
        if present.get(sequence.name) != (sequence.last, sequence.is_called):
            yield f"the sequence {sequence.name} does not stand at {sequence.last}"
    if catalogue.waiting(cursor) != manifest.waiting:
        yield "followers of the event log would be told events twice, or not at all"


def faults(cursor: Any) -> Iterator[str]:
    """What would go wrong in this database sooner or later, whatever backup it came from."""
    cursor.execute(BEHIND)
    for sequence, table, column in cursor.fetchall():
        cursor.execute(
            sql.SQL("SELECT (SELECT max({}) FROM {}), last_value, is_called FROM {}").format(
                sql.Identifier(column), sql.SQL(table), sql.Identifier(sequence)
            )
        )
        highest, last, is_called = cursor.fetchone()
        if highest is not None and highest >= last + (0 if not is_called else 1):
            yield f"the sequence {sequence} would give out ids that {table} has"
    cursor.execute(UNCHECKED)
    yield from (f"the constraint {name} of {table} was never checked" for table, name in cursor.fetchall())
    cursor.execute(SILENT)
    yield from (f"the trigger {name} of {table} is switched off" for table, name in cursor.fetchall())
    cursor.execute(AHEAD)
    yield from (f"{name} is numbered by another server" for (name,) in cursor.fetchall())
