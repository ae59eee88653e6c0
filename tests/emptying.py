"""What becomes of the rows of a test that commits.

Django's own way truncates every table, which makes new files for each of them and for each index, and then acts as
after a migration: for seconds after every such test.
"""

from django.db import connection
from django.test import TransactionTestCase

PLACES = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations'
"""


def empty_tables(_case: TransactionTestCase) -> None:
    """No table has a row. Triggers do not hear of it: some would refuse it, others log it."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        any_row = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for (name,) in cursor.fetchall())
        cursor.execute(" UNION ALL ".join(any_row))
        filled = [name for (name,) in cursor.fetchall()]
        if filled:
            cursor.execute(_emptying(filled))


def _emptying(filled: list[str]) -> str:
    # In one statement, because some references are checked at the end of each.
    deletions = ", ".join(f"d{number} AS (DELETE FROM {name})" for number, name in enumerate(filled))
    return ";".join(
        (
            *(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in filled),
            f"WITH {deletions} SELECT 1",
            "SET CONSTRAINTS ALL IMMEDIATE",
            *(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in filled),
        )
    )
