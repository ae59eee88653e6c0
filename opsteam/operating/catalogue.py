"""The database as its own catalogue describes it. Knows tables and sequences, and only few of them by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import sql

# Rows that are no use elsewhere, and why.
LEFT_OUT = {
    "django_migrations": "the manifest lists them, and a restore applies them",
    "django_session": "a session that was ended must not come back; everybody signs in again",
    "usersessions_usersession": "lists those sessions, with the keys that are their cookies",
}
# Transaction ids belong to a server. In a backup they are counted from its snapshot, so they are all below zero:
# older than whatever the next server will write, and in the old order.
TRANSACTION_COLUMNS = {
    "activity_event": "transaction",
    "activity_eventcursor": "transaction",
    "kpis_kpichange": "transaction",
}

TABLES = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum), coalesce((
    SELECT sum(greatest(p.reltuples, 0)) FROM pg_partition_tree(c.oid) AS t JOIN pg_class AS p ON p.oid = t.relid
    WHERE t.isleaf), 0)::bigint
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
GROUP BY c.oid, c.relname ORDER BY c.relname
"""
SEQUENCES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY relname
"""
MONTHS = """
SELECT to_char(to_date(right(relname, 6), 'YYYYMM'), 'YYYY-MM-DD') FROM pg_class
WHERE relispartition AND relname ~ '^kpis_measurement_[0-9]{6}$' ORDER BY 1
"""
WAITING = """
SELECT c.follower, (
    SELECT count(*) FROM activity_event AS e WHERE (e.transaction, e.id) > (c.transaction, c.event_id))
FROM activity_eventcursor AS c ORDER BY 1
"""
# One text per value, whatever the settings of the server or the role.
SESSION = """
SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1;
SET bytea_output = 'hex'; SET statement_timeout = 0; SET synchronize_seqscans = off; SET client_encoding = 'UTF8';
-- An error instead of a backup that silently holds one organization only.
SET row_security = off;
"""


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table, its columns that can be written, and about how many rows it has."""

    name: str
    columns: list[str]
    about_rows: int


def own_connection(database: BaseDatabaseWrapper) -> Any:
    """A connection beside Django's, so that nothing of a running transaction gets in; close it."""
    connection = database.get_new_connection(database.get_connection_params())
    with connection.cursor() as cursor:
        cursor.execute(SESSION)
    connection.commit()
    return connection


@contextmanager
def one_moment(database: BaseDatabaseWrapper) -> Iterator[Any]:
    """A cursor that sees one moment until the end, and writes nothing.

    The locks come before the snapshot: a month that leaves the database in between would be missed.
    """
    connection = own_connection(database)
    try:
        with connection.cursor() as cursor:
            names = [shape.name for shape in tables(cursor)]
        connection.rollback()
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            listed = sql.SQL(", ").join(map(sql.Identifier, names))
            cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(listed))
            yield cursor
        connection.rollback()
    finally:
        connection.close()


def tables(cursor: Any) -> list[TableShape]:
    """Every table of the application; the parts of a partitioned one are not tables of their own."""
    cursor.execute(TABLES)
    return [TableShape(*row) for row in cursor.fetchall()]


def sequences(cursor: Any) -> list[tuple[str, int, bool]]:
    """Name, last value and whether it was used, of each sequence."""
    cursor.execute(SEQUENCES)
    found = []
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name)))
        found.append((name, *cursor.fetchone()))
    return found


def months(cursor: Any) -> list[str]:
    """First days of the months of facts that have a partition."""
    cursor.execute(MONTHS)
    return [month for (month,) in cursor.fetchall()]


def waiting(cursor: Any) -> dict[str, int]:
    """How many events each follower of the log has not seen."""
    cursor.execute(WAITING)
    return dict(cursor.fetchall())


def count_and_checksum(cursor: Any, table: str, columns: list[str]) -> tuple[int, str]:
    """Rows, and a sum of their hashes that does not depend on their order or that of the columns.

    Columns that count in a server's own transaction ids are left aside.
    """
    compared = sorted(set(columns) - {TRANSACTION_COLUMNS.get(table, "")})
    cursor.execute(
        sql.SQL(
            "SELECT count(*), coalesce(sum(hashtextextended(ROW({})::text, 0)::numeric), 0)::text FROM {}"
        ).format(sql.SQL(", ").join(map(sql.Identifier, compared)), sql.Identifier(table))
    )
    rows, checksum = cursor.fetchone()
    return rows, checksum
