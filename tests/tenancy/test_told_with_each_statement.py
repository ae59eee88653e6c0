"""The database acts for the organization that is present, whatever the connection went through before."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.test import RequestFactory

from common import tenancy
from common.middleware import OrganizationMiddleware
from common.postgresql.base import SETTING, Cursor
from common.tenancy import acting_for

pytestmark = pytest.mark.django_db(transaction=True)
ASK = f"SELECT current_setting('{SETTING}', true)"


def told() -> str:
    """What the database holds for the present organization."""
    with connection.cursor() as cursor:
        cursor.execute(ASK)
        return str(cursor.fetchone()[0] or "")


def test_each_statement_runs_in_the_organization_of_its_moment() -> None:
    with connection.cursor() as cursor:
        for organization_id in (7, 8, 7):
            with acting_for(organization_id):
                cursor.execute(ASK)
                assert cursor.fetchone() == (str(organization_id),)
    assert told() == ""


def test_a_rollback_takes_nothing_back() -> None:
    with acting_for(7):
        assert told() == "7"
    with acting_for(8):
        with transaction.atomic():
            assert told() == "8"
            transaction.set_rollback(True)
        assert told() == "8"


def test_a_rollback_to_a_savepoint_takes_nothing_back() -> None:
    with acting_for(7), transaction.atomic():
        assert told() == "7"
        with transaction.atomic():
            tenancy.enter(8)
            assert told() == "8"
            transaction.set_rollback(True)
        assert told() == "8"


def test_a_failed_statement_takes_nothing_back() -> None:
    with acting_for(7):
        assert told() == "7"
    with acting_for(8):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert told() == "8"
        with transaction.atomic():
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
            assert told() == "8"


def test_a_new_connection_is_told_anew() -> None:
    with acting_for(7):
        assert told() == "7"
        connection.close()
        assert told() == "7"
    connection.close()
    assert told() == ""


def test_threads_with_lasting_connections_never_mix() -> None:
    """Each thread serves many organizations on one connection, like a web server's."""
    wrong = []

    def serve(number: int) -> None:
        with acting_for(number):
            if told() != str(number):
                wrong.append(number)
        if told() != "":
            wrong.append(-number)

    with ThreadPoolExecutor(4, initializer=connection.ensure_connection) as pool:
        list(pool.map(serve, range(1, 201)))
        closed = threading.Barrier(4)
        list(pool.map(lambda _: (closed.wait(), connection.close()), range(4)))
    assert wrong == []


def test_copies_and_calls_are_told_too() -> None:
    with acting_for(7):
        assert told() == "7"
    target = StringIO()
    with acting_for(8), connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({ASK}) TO STDOUT", target)
    assert target.getvalue().strip() == "8"
    with acting_for(9), connection.cursor() as cursor:
        cursor.callproc("current_setting", [SETTING])
        assert cursor.fetchone() == ("9",)
    with acting_for(6), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE said (organization text DEFAULT current_setting('{SETTING}'), n int)"
        )
        with acting_for(5):
            cursor.executemany("INSERT INTO said (n) VALUES (%s)", [(1,), (2,)])
        cursor.execute("SELECT DISTINCT organization FROM said")
        assert cursor.fetchall() == [("5",)]
        cursor.execute("DROP TABLE said")


def test_a_server_side_cursor_stays_in_the_organization_that_opened_it() -> None:
    with transaction.atomic():
        with acting_for(7):
            cursor = connection.chunked_cursor()
            cursor.execute(f"SELECT ({ASK}) FROM generate_series(1, 4)")
        with acting_for(8):
            assert told() == "8"
            assert cursor.fetchmany(2) == [("7",), ("7",)]
            assert told() == "8"
        cursor.close()


def test_a_request_leaves_no_organization_behind() -> None:
    def view(_request: HttpRequest) -> Any:
        assert told() == ""
        tenancy.enter(7)
        return StreamingHttpResponse(told() for _ in range(3))

    with acting_for(9):
        response = OrganizationMiddleware(view)(RequestFactory().get("/"))
        assert told() == "9"
        assert list(response) == [b"7", b"7", b"7"]  # type: ignore[call-overload] # Django's types know no streams here
        assert told() == "9"


def test_telling_costs_no_round_trip_and_nothing_where_it_is_known() -> None:
    with sent() as statements:
        with acting_for(7):
            told()
            told()
        told()
    assert [statement.count("SELECT set_config") for statement in statements] == [1, 0, 1]


@contextmanager
def sent() -> Iterator[list[str]]:
    """Every statement that the server was sent."""
    found: list[str] = []
    execute: Callable[..., None] = Cursor.execute

    def noted(cursor: Cursor, query: Any, params: Any = None) -> None:
        execute(cursor, query, params)
        found.append((cursor.query or b"").decode())

    Cursor.execute = noted  # type: ignore[method-assign]
    try:
        yield found
    finally:
        Cursor.execute = execute  # type: ignore[method-assign]
