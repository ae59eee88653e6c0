"""Every column that counts in a server's own transaction ids is known to the backup, which has to number it anew."""

import pytest
from django.db import connection

from opsteam.operating.catalogue import TRANSACTION_COLUMNS

COUNTING = """
SELECT c.relname, a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0
    AND (a.atttypid IN ('xid8'::regtype, 'xid'::regtype)
        OR pg_get_expr(d.adbin, d.adrelid) LIKE ANY (ARRAY['%pg_current_xact_id%', '%txid_current%']))
ORDER BY 1
"""


def counting() -> set[tuple[str, str]]:
    """Tables and columns that hold transaction ids, as the database says."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTING)
        return {(table, column) for table, column in cursor.fetchall()}


@pytest.mark.django_db
def test_the_backup_numbers_every_column_of_transaction_ids_anew() -> None:
    assert counting() >= {("activity_event", "transaction"), ("kpis_kpichange", "transaction")}
    assert counting() <= set(TRANSACTION_COLUMNS.items())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "column", ["bigint DEFAULT (pg_current_xact_id()::text)::bigint", "bigint DEFAULT txid_current()", "xid8"]
)
def test_the_twin_with_a_column_that_nobody_told_the_backup_is_noticed(column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE forgotten_one (id bigint, written_by {column})")
    assert counting() - set(TRANSACTION_COLUMNS.items()) == {("forgotten_one", "written_by")}
