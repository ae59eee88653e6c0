"""Putting the wall up after every migration: quick, repeatable, and a no-op where it stands."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from common.wall import links, policies, roles, tables

logger = logging.getLogger(__name__)

LOCK_TIMEOUT = "10s"
COLUMNS = """
SELECT c.relname::text, array_agg(a.attname::text) FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY c.oid
"""
DIVIDED = """
SELECT c.relname::text FROM pg_class AS c
WHERE c.relrowsecurity AND (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid) = 2
"""
NAMED = """
SELECT conname::text FROM pg_constraint WHERE conname LIKE 'wall\\_%' AND contype = 'f' AND conparentid = 0
UNION ALL SELECT DISTINCT tgname::text FROM pg_trigger WHERE tgname LIKE 'wall\\_%' AND NOT tgisinternal
UNION ALL SELECT relname::text FROM pg_class WHERE relname LIKE 'wall\\_%' AND relkind = 'i'
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the wall is made of: statements by the name of what they make, and statements to repeat."""

    keys: dict[str, str]
    triggers: dict[str, tuple[str, str]]
    constraints: dict[str, tuple[str, str]]
    policies: dict[str, list[str]]
    grants: list[str]

    @property
    def names(self) -> set[str]:
        """The indexes, triggers and constraints."""
        return {*self.keys, *self.triggers, *self.constraints}

    @property
    def digest(self) -> str:
        """Changes with every statement."""
        return sha256(repr(self).encode()).hexdigest()


def build(**_signal: Any) -> bool:
    """The wall stands as the models say. True where something was done; only the owner of the tables can.

    Left out are tables and columns that are not there, as in the middle of a migration.
    """
    if not _is_ours():
        return False
    plan = planned(_columns())
    is_divided = roles.make_roles()
    if not is_divided:
        logger.warning("wall.no_roles", extra={"roles": ", ".join(roles.missing_roles())})
    digest = f"{plan.digest} {is_divided}"
    stands = _names() == plan.names and (not is_divided or plan.policies.keys() <= _divided())
    if stands and _remembered() == digest:
        return False
    with transaction.atomic():
        _run([f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"])
        _run(_linking(plan))
        if is_divided:
            _run([*(each for found in plan.policies.values() for each in found), *plan.grants])
        _run([f"COMMENT ON TABLE {_owner_table()} IS 'wall {digest}'"])
    return True


def planned(columns: dict[str, set[str]]) -> Plan:
    """What the models ask for of tables with these columns."""
    present = partial(_is_present, columns)
    found = [link for link in tables.links() if present(link)]
    fillings = [
        links.filling_of(model)
        for model in tables.parts()
        if "organization_id" in columns.get(model._meta.db_table, ())
    ]
    crossings = [
        each
        for table, of_table in tables.keyed_links().items()
        for each in links.crossing_of(table, of_table)
    ]
    guarded = [table for table in tables.guarded_tables() if table.column in columns.get(table.name, ())]
    about_people = [
        table for table in tables.people_tables() if {table.name, table.through} <= columns.keys()
    ]
    return Plan(
        keys=dict(links.key_of(link.target, link.target_key) for link in found),
        triggers={name: (table, statement) for name, table, statement in (*fillings, *crossings)},
        constraints={
            name: (link.table, statement) for link in found for name, statement in [links.constraint_of(link)]
        },
        policies={
            **{table.name: list(policies.policies_of(table)) for table in guarded},
            **{table.name: list(policies.people_policies_of(table)) for table in about_people},
        },
        grants=list(roles.grants(columns.keys())),
    )


def _is_present(columns: dict[str, set[str]], link: tables.Link) -> bool:
    return {link.column, "organization_id"} <= columns.get(link.table, set()) and (
        "organization_id" in columns.get(link.target, ())
    )


def _linking(plan: Plan) -> Iterator[str]:
    """What is missing is made, what nobody asks for any more goes; triggers are made anew."""
    present = _names()
    for name in present - plan.names:
        yield from _removal(name)
    for name, statement in plan.keys.items():
        if name not in present:
            yield statement
    for _table, statement in plan.triggers.values():
        yield statement
    for name, (_table, statement) in plan.constraints.items():
        if name not in present:
            yield statement


def _removal(name: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, 'CONSTRAINT' FROM pg_constraint WHERE conname = %(name)s"
            " AND conparentid = 0 UNION ALL SELECT tgrelid::regclass::text, 'TRIGGER' FROM pg_trigger"
            " WHERE tgname = %(name)s AND NOT tgisinternal",
            {"name": name},
        )
        found = cursor.fetchall()
    for table, kind in found:
        if kind == "CONSTRAINT":
            yield f"ALTER TABLE {table} DROP CONSTRAINT {name}"
        else:
            yield f"DROP TRIGGER {name} ON {table}"
    if not found:
        yield f"DROP INDEX {name}"


def _is_ours() -> bool:
    """Whether the tables are there and belong to who is connected."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(c.relowner, 'MEMBER') AND NOT r.rolname = ANY(%s) FROM pg_class AS c, pg_roles AS r"
            " WHERE c.oid = to_regclass(%s) AND r.rolname = current_user",
            [list(policies.ROLES), _owner_table()],
        )
        return bool(cursor.fetchone() == (True,))


def _owner_table() -> str:
    return str(apps.get_model(tables.OWNER_MODEL)._meta.db_table)


def _columns() -> dict[str, set[str]]:
    """Every table there is, with its columns."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return {name: set(columns) for name, columns in cursor.fetchall()}


def _divided() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(DIVIDED)
        return {name for (name,) in cursor.fetchall()}


def _names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(NAMED)
        return {name for (name,) in cursor.fetchall()}


def _remembered() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [_owner_table()])
        return str(cursor.fetchone()[0] or "").removeprefix("wall ")


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
