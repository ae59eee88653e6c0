"""Sends requests, takes back what they changed, and remembers what went wrong."""

import itertools
import os
import re
import time
from collections.abc import Iterator, Sequence
from http.cookies import SimpleCookie
from typing import Any, TypeVar

from django.db import connection
from django.test import Client

from opsteam.schema import document
from tests.architecture.test_authorisation import rows
from tests.architecture.world import World, taken_back
from tests.hostile.corpus import PARTS

LONGEST_SECONDS = 10.0
# With OPSTEAM_HOSTILE=full every door gets the whole corpus, which takes a quarter of an hour.
IS_FULL = os.environ.get("OPSTEAM_HOSTILE") == "full"
_turns = itertools.count()
# Counted after a refusal that wrote something, and at the end of every attack.
UNCOUNTED = re.compile(r"^(django_|celery_|people_user$)|_cursor$")
Each = TypeVar("Each")
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

    def __init__(self, client: Client, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers
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
        started = time.monotonic()
        with taken_back(), connection.execute_wrapper(self._writes):
            answer = self.client.generic(method, path, body, kind, headers=given)
            self.sent += 1
            reason = self._fault(answer, path)
            if time.monotonic() - started > LONGEST_SECONDS:
                reason = f"after {time.monotonic() - started:.0f} s"
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


def some(corpus: Sequence[Each], number: int) -> Sequence[Each]:
    """So many of the corpus, others for each door in turn, so that all of it meets every kind of door."""
    if IS_FULL or number >= len(corpus):
        return corpus
    first = next(_turns) * number
    return [corpus[(first + offset) % len(corpus)] for offset in range(number)]


def addresses(world: World, kind: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Method, pattern, real path and row of every row of the authorisation table."""
    for address, method, row in rows(kind):
        yield method, address, world.path(address, **world.fill(row.get("with", {}))), row


def with_bad_parts(address: str) -> Iterator[str]:
    """The address with each of its parts replaced by each bad one."""
    for part in some(PARTS, 4):
        changed = re.sub(r"<\w+:\w+>", lambda _match: part, address)  # noqa: B023 - used at once
        if changed != address:
            yield changed


def operation(address: str, method: str) -> dict[str, Any]:
    """What the schema says of an operation."""
    path = re.sub(r"<\w+:(\w+)>", r"{\1}", address)
    found: dict[str, Any] = document()["paths"][path][method.lower()]
    return found


def fields_of(address: str, method: str) -> list[str]:
    """The fields of the body that the schema names."""
    content = operation(address, method).get("requestBody", {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return list(document()["components"]["schemas"].get(name, {}).get("properties", {}))


def refused_fields(answer: Any) -> set[str] | None:
    """The fields that a refusal names; None where it is about the whole request, or no refusal at all."""
    if answer.status_code != 400:
        return None
    errors = answer.json().get("errors", [])
    return {each["pointer"].split("/")[1] for each in errors if each["pointer"].startswith("/")} or None
