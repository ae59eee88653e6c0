"""Each column that can hold a text, in any table, is known to be about a person or not."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection

from opsteam.operating.personal.fields import FATES, NOT_PERSONAL, SECRETS
from opsteam.operating.personal.links import free_texts, name_of

TEXTS = [
    "text",
    "varchar",
    "bpchar",
    "citext",
    "json",
    "jsonb",
    "inet",
    "cidr",
    "macaddr",
    "bytea",
    "hstore",
    "xml",
]
COLUMNS = """
SELECT c.relname::text, a.attname::text FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_type AS inside ON inside.oid = t.typelem AND t.typcategory = 'A'
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
AND a.attnum > 0 AND NOT a.attisdropped AND coalesce(inside.typname, t.typname)::text = ANY(%s)
"""


def text_columns() -> set[tuple[str, str]]:
    """Table and column of everything that can hold a text; partitions hold what their table does."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [TEXTS])
        return set(cursor.fetchall())


def unregistered(columns: set[tuple[str, str]]) -> list[str]:
    """Those of which nobody has said what they are."""
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    found = []
    for table, column in sorted(columns):
        model = models.get(table)
        if model is None:
            found += [] if table in NOT_PERSONAL else [f"{table}.{column}"]
            continue
        fields = {field.column: field for field in model._meta.concrete_fields}
        if column in fields and fields[column] not in free_texts(model):
            continue  # one of a closed list
        name = name_of(model, fields[column].name) if column in fields else f"{table}.{column}"
        if name not in FATES and name not in SECRETS and model._meta.label not in NOT_PERSONAL:
            found.append(name)
    return found


def names() -> Iterator[str]:
    for model in apps.get_models(include_auto_created=True):
        yield model._meta.label
        for field in model._meta.concrete_fields:
            yield name_of(model, field.name)


@pytest.mark.django_db
def test_every_text_of_every_table_is_registered() -> None:
    columns = text_columns()
    assert len(columns) > 100
    assert unregistered(columns) == [], (
        "Say in opsteam/operating/personal/fields.py what an erasure does to these, or why they are about nobody."
    )


@pytest.mark.django_db
def test_a_new_column_would_be_seen() -> None:
    """The negative twin."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE people_nickname (id bigint, nickname text, seen_from inet[])")
        cursor.execute("ALTER TABLE people_user ADD COLUMN phone varchar(20)")
    assert unregistered(text_columns()) == [
        "people_nickname.nickname",
        "people_nickname.seen_from",
        "people_user.phone",
    ]


def test_what_is_registered_exists_and_says_why() -> None:
    known = {*names(), "django_migrations", "kpis_sourcekey"}
    assert {*FATES, *SECRETS, *NOT_PERSONAL} - known == set()
    assert all(len(reason) > 5 for reason in NOT_PERSONAL.values())
