"""No GET writes: asking for any address of the house leaves every table as it was, triggers included."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from notifications.services import seed_reminder_rules
from people.access import ANY_SCOPE, declared_scope
from people.choices import Scope
from tests.architecture.test_authorisation import API_ACTORS, PAGE_ACTORS, ROUTES, TABLE
from tests.architecture.world import World, kept_world, world
from tests.conftest import bearer, sign_in

__all__ = ["kept_world", "world"]

# What PostgreSQL counted in this transaction, writes that were taken back included.
WRITTEN = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""
# Rows that say when and from where somebody came, not what there is. By table, with the reason.
TOUCHED = {
    "django_session": "a session that began before its second step was asked for, or whose age is renewed",
    "people_apitoken": "when the token was last used",
    "usersessions_usersession": "where the person is signed in, and when they were last seen",
}


def written(work: Callable[[], Any]) -> set[str]:
    """The tables that the work writes; all of it is taken back."""
    with transaction.atomic():
        before = _counts()
        work()
        after = _counts()
        transaction.set_rollback(True)
    return {table for table, count in after.items() if count > before.get(table, 0)}


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return dict(cursor.fetchall())


def surprises(world: World, kind: str, ask: Callable[[str, str, dict[str, Any]], Any]) -> dict[str, set[str]]:
    """The addresses of a part of the table that write when somebody who may see them asks."""
    actors = API_ACTORS if kind == "api" else PAGE_ACTORS
    found = {}
    for address, methods in TABLE[kind].items():
        if "GET" not in methods:
            continue
        row = methods["GET"]
        path = world.path(address, **world.fill(row.get("with", {})))
        welcome = [name for name, status in zip(actors, row["expect"], strict=True) if status == 200]
        actor = next((name for name in ("adam", "ana", "ben") if name in welcome), "adam")
        tables = written(lambda: ask(address, path, {"actor": actor, **row.get("headers", {})}))  # noqa: B023 - called at once
        unexpected = tables - set(TOUCHED)
        if unexpected:
            found[address] = unexpected
    return found


def test_no_page_writes_when_it_is_looked_at(world: World) -> None:
    clients = {name: sign_in(getattr(world.cast, name)) for name in PAGE_ACTORS[1:]}

    def ask(_address: str, path: str, headers: dict[str, Any]) -> None:
        client = clients[headers.pop("actor")]
        cookies = deepcopy(client.cookies)
        _read(client.get(path, headers=headers))
        client.cookies = cookies

    assert surprises(world, "pages", ask) == {}


def test_no_get_of_the_api_writes(world: World) -> None:
    client = Client()
    tokens: dict[tuple[str, str], dict[str, str]] = {}
    for address in (each for each, methods in TABLE["api"].items() if "GET" in methods):
        for name in ("adam", "ana", "ben"):
            scope = str(declared_scope(ROUTES[address].cls, "GET"))
            if (name, scope) not in tokens:
                needed = Scope.GOALS_READ if scope == ANY_SCOPE else Scope(scope)
                tokens[name, scope] = bearer(getattr(world.cast, name), needed)

    def ask(address: str, path: str, headers: dict[str, Any]) -> None:
        token = tokens[headers.pop("actor"), str(declared_scope(ROUTES[address].cls, "GET"))]
        _read(client.get(path, headers={**headers, **token}))

    assert surprises(world, "api", ask) == {}


def test_a_page_that_saved_its_defaults_would_be_seen(world: World) -> None:
    """The negative twin, taken back or not."""
    assert written(lambda: seed_reminder_rules(world.cast.organization.pk)) == {"notifications_reminderrule"}


@pytest.mark.parametrize("table", TOUCHED)
def test_the_exceptions_are_tables(db: None, table: str) -> None:
    with connection.cursor() as cursor:
        assert table in connection.introspection.table_names(cursor)


def _read(answer: Any) -> None:
    """Streamed answers are made while they are read."""
    if answer.streaming:
        for _part in answer.streaming_content:
            pass
