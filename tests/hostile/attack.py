"""Sends requests, takes back what they changed, and remembers what went wrong."""

import re
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

from django.db import connection
from django.test import Client

from tests.architecture.test_authorisation import rows
from tests.architecture.world import World, taken_back
from tests.hostile.dealing import IS_FULL

LONGEST_SECONDS = 10.0
# Counted after a refusal that wrote something, and at the end of every attack; wrong passwords are counted by design.
UNCOUNTED = re.compile(r"^(django_|celery_|people_user$|people_signinattempt$)|_cursor$")
READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")


def stored() -> dict[str, int]:
    """How many rows every table has."""
    tables = [name for name in connection.introspection.table_names() if not UNCOUNTED.search(name)]
    with connection.cursor() as cursor:
        counts = ", ".join(f'(SELECT count(*) FROM "{name}")' for name in tables)
        cursor.execute(f"SELECT {counts}")
        return dict(zip(tables, cursor.fetchone(), strict=True))


class _Writes:
    """Whether any statement since the last look was more than a read."""

    seen = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(READS) or "FOR UPDATE" in sql:
            self.seen = True
        return execute(sql, params, many, context)


class Attack:
    """`wrong` is empty after a harmless attack; a refusal that stored something is wrong, and so is a 500."""

    def __init__(self, client: Client, headers: dict[str, str], door: str) -> None:
        self.client, self.headers = client, headers
        # The first request of a token or a session notes its use, which is no more than right.
        self.client.get(door, headers=headers)
        self.client.raise_request_exception = False
        self.wrong: list[str] = []
        self.sent = 0
        self.before = stored()
        self._writes = _Writes()
        self._cookies = {name: cookie.value for name, cookie in client.cookies.items()}

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        """One request; its answer, in case somebody wants to look closer."""
        given = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        kind = given.pop("Content-Type", "application/json")
        self._writes.seen = False
        started = time.process_time()
        with taken_back(), connection.execute_wrapper(self._writes):
            answer = self.client.generic(method, path, body, kind, headers=given)
            self.sent += 1
            reason = self._fault(answer, path)
            if time.process_time() - started > LONGEST_SECONDS:
                reason = f" after {time.process_time() - started:.0f} s"
        if answer.cookies:
            # Whoever signs out, or in as nobody, would attack no further door.
            self.client.cookies = SimpleCookie(self._cookies)
        if reason:
            self.wrong.append(
                f"{method} {path[:150]} {body[:150]!r} {headers} -> {answer.status_code}{reason}"
            )
        return answer

    def _fault(self, answer: Any, path: str) -> str | None:
        if answer.status_code >= 500:
            return " "
        if answer.status_code < 400:
            return None
        if self._writes.seen and stored() != self.before:
            return ", and something was stored"
        kind = answer.headers.get("Content-Type", "")
        wanted = "application/problem+json" if path.startswith("/api/") else "text/html; charset=utf-8"
        return None if kind == wanted else f" as {kind}"

    def found(self) -> list[str]:
        """Everything wrong, what was stored behind our back included."""
        if stored() != self.before:
            self.wrong.append("something was stored by what looked like a read")
        return self.wrong


def addresses(world: World, kind: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Method, pattern, real path and row of every row of the authorisation table."""
    for address, method, row in rows(kind):
        yield method, address, world.path(address, **world.fill(row.get("with", {}))), row


def parts(world: World, kind: str) -> Iterator[tuple[str, tuple[str, str, dict[str, Any]]]]:
    """Each part of each address: the part, and a door with `{}` in its place and real rows in the others.

    In a share only the first method of an address, since they all find their row in one way.
    """
    taken = set()
    for address, method, row in rows(kind):
        for part in re.findall(r"<\w+:\w+>", address):
            if IS_FULL or (address, part) not in taken:
                taken.add((address, part))
                path = world.path(address.replace(part, "{}"), **world.fill(row.get("with", {})))
                yield part, (method, path, row)
