"""Looking for words in the whole database, as a dump of it would tell them."""

from django.db import connection


def tables_that_tell(words: str) -> list[str]:
    """Every table with a row in which `words` stands somewhere as plain text."""
    names = [name for name in connection.introspection.table_names() if name != "django_migrations"]
    with connection.cursor() as cursor:
        return [name for name in names if _tells(cursor, connection.ops.quote_name(name), words)]


def _tells(cursor: object, table: str, words: str) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table} r WHERE position(%s IN r::text) > 0)", [words])
    return bool(cursor.fetchone()[0])
