"""What keeps every foreign key within one organization, as SQL."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from common.models import Part
from common.wall.tables import Link, Table

PREFIX = "wall_"


def name_of(*parts: str) -> str:
    """A name for a constraint, index or function of the wall that is as long as names may be, and no longer."""
    name = PREFIX + "_".join(parts)
    return name if len(name) <= 60 else f"{name[:51]}_{sha256(name.encode()).hexdigest()[:8]}"


def key_of(target: str, key: str) -> tuple[str, str]:
    """The unique index that links lead to: its name and its statement."""
    name = name_of(target)
    return name, f"CREATE UNIQUE INDEX {name} ON {target} (organization_id, {key})"


def constraint_of(link: Link) -> tuple[str, str]:
    """The constraint of a link: its name and its statement."""
    name = name_of(link.table, link.column)
    return name, (
        f"ALTER TABLE {link.table} ADD CONSTRAINT {name} FOREIGN KEY (organization_id, {link.column})"
        f" REFERENCES {link.target} (organization_id, {link.target_key}) DEFERRABLE INITIALLY DEFERRED"
    )


def filling_of(model: type[Part]) -> tuple[str, str, str]:
    """The trigger that writes the organization of its whole into a part: its name, table and statements."""
    whole: Any = model._meta.get_field(model.whole)
    target = whole.related_model._meta
    table, name = model._meta.db_table, name_of("fill", model._meta.db_table)
    return (
        name,
        table,
        f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT organization_id INTO NEW.organization_id FROM {target.db_table}
    WHERE {target.pk.column} = NEW.{whole.column};
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
""",  # noqa: S608 - names of our own
    )


def crossing_of(table: Table, links: list[Link]) -> Iterator[tuple[str, str, str]]:
    """The triggers that refuse facts which name a row of another organization: name, table and statements of each.

    One look at the distinct rows of a statement costs a bulk load less than a check of every row.
    """
    name = name_of("crossing", table.name)
    found = " UNION ALL ".join(
        f"""SELECT DISTINCT '{link.column}' FROM (SELECT DISTINCT {table.column}, {link.column} FROM new_rows) AS n
        JOIN {table.through} AS m ON m.id = n.{table.column}
        JOIN {link.target} AS t ON t.{link.target_key} = n.{link.column}
        WHERE t.organization_id <> m.organization_id"""  # noqa: S608 - names of our own
        for link in links
    )
    function = f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    crossing text := (SELECT c.name FROM ({found}) AS c(name) LIMIT 1);
BEGIN
    IF crossing IS NOT NULL THEN
        RAISE EXCEPTION '{table.name}.% names a row of another organization', crossing
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{name}';
    END IF;
    RETURN NULL;
END $$;
"""  # noqa: S608 - names of our own
    for verb in ("INSERT", "UPDATE"):
        trigger = f"{name}_{verb.lower()}"
        yield (
            trigger,
            table.name,
            f"""{function}
CREATE OR REPLACE TRIGGER {trigger} AFTER {verb} ON {table.name} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
""",
        )
