"""Bad input of every kind against every address: an answer that says so, never a 500, nothing stored."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.utils.http import urlencode

from opsteam.schema import document
from tests.architecture.test_authorisation import rows
from tests.architecture.world import World, taken_back, world
from tests.conftest import bearer, sign_in

__all__ = ["world"]

LONG = "9" * 30
BODIES = [
    b"",
    b"null",
    b"[]",
    b"0",
    b'"x"',
    b"{",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    rb'{"a": "\u0000"}',
    rb'{"a": "\ud800"}',
    b'{"a": NaN}',
    b'{"a": 1e400}',
    b'{"a": 1, "a": 2}',
    b'{"a":' * 3000 + b"1" + b"}" * 3000,
    b"[" * 3000,
    b"[" + b"{}," * 20_000 + b"{}]",
    '{"\u202e\u0639": 1}'.encode(),
]
VALUES: list[Any] = [
    None,
    True,
    "",
    " ",
    "abc",
    "\u202e\u0639\u0631\u0628\u064a",
    "x" * 100_000,
    "２０２６",
    "2026-13-45",
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-23:59",
    -1,
    0,
    1.5,
    2**31,
    2**63,
    10**39,
    1e99,
    [],
    {},
    [[[]]],
    {"a": 1},
]
PARTS = [
    "%00",
    "..%2f..%2fetc%2fpasswd",
    "%ED%A0%80",
    LONG,
    "-1",
    "0",
    "%2e%2e",
    "a" * 3000,
    quote("'; --"),
    "%E2%80%AE",
]
WORDS = [
    "",
    "abc",
    LONG,
    "-1",
    "1e999",
    "%00",
    "%ED%A0%80",
    "9999-12-31",
    "0000-00-00",
    "x" * 5000,
    "%E2%80%AE",
    "٣",
]
NAMES = [
    *(
        "q",
        "state",
        "status",
        "assignee",
        "team",
        "project",
        "priority",
        "due_after",
        "due_before",
        "overdue",
    ),
    *(
        "order",
        "page",
        "grain",
        "from",
        "to",
        "cursor",
        "of",
        "next",
        "goal",
        "kpi",
        "parent",
        "theme",
        "kind",
    ),
    *("channel", "customer", "opened_after", "opened_before", "owner", "title", "n", "limit"),
]
HEADERS = [
    {"Accept": "text/html"},
    {"Accept": "\x7f"},
    {"Accept-Language": "x" * 3000},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "multipart/form-data; boundary="},
    {"Content-Type": "application/json; charset=utf-99"},
    {"Content-Type": "text/plain"},
    {"If-Match": '"v' + LONG + '"'},
    {"If-Match": "\u00ff"},
    {"If-None-Match": '"' * 2001},
    {"Idempotency-Key": "x" * 201},
    {"Idempotency-Key": "a\u00a0b"},
    {"Authorization": "Bearer ops_" + LONG + "_x"},
    {"Authorization": "Bearer \u00ff"},
    {"X-Request-ID": "x" * 3000},
    {"Host": "evil.example"},
    {"Content-Length": str(2**30)},
    {"Content-Length": "-1"},
    {"HX-Request": "true", "HX-Current-URL": "\u00ff"},
    {"Cookie": "sessionid=\u00ff; opsteam_language=x%00"},
]
STORED = (
    "activity_event",
    "kpis_measurement",
    "tasks_task",
    "feedback_feedbackitem",
    "feedback_reply",
    "goals_goal",
    "people_apitoken",
    "people_team",
    "people_idempotentrequest",
)


def stored() -> Any:
    """How many rows there are of everything that a request can make."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in STORED))
        return cursor.fetchone()


class Attack:
    """Sends requests, takes back what they changed, and remembers what went wrong."""

    def __init__(self, client: Client, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers
        self.client.raise_request_exception = False
        self.wrong: list[str] = []
        self.sent = 0
        self.before = stored()

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> None:
        """One request; a 500, or a refusal that stored something, is wrong."""
        given = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        kind = given.pop("Content-Type", "application/json")
        with taken_back():
            answer = self.client.generic(method, path, body, kind, headers=given)
            self.sent += 1
            seen = f"{method} {path[:150]} {body[:150]!r} {headers} -> {answer.status_code}"
            if answer.status_code >= 500:
                self.wrong.append(seen)
            elif answer.status_code >= 400:
                if stored() != self.before:
                    self.wrong.append(seen + ", and something was stored")
                if path.startswith("/api/") and answer["Content-Type"] != "application/problem+json":
                    self.wrong.append(seen + f" as {answer['Content-Type']}")


def addresses(world: World, kind: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Method, pattern, real path and row of every row of the authorisation table."""
    for address, method, row in rows(kind):
        yield method, address, world.path(address, **world.fill(row.get("with", {}))), row


@pytest.fixture
def api(world: World) -> Attack:
    """An attack with a token of ana that may do everything."""
    return Attack(Client(), bearer(world.cast.ana))


@pytest.fixture
def browser(world: World) -> Attack:
    """An attack from ana's browser."""
    return Attack(sign_in(world.cast.ana), {})


def with_bad_parts(address: str, world: World) -> Iterator[str]:
    """The address with each of its parts replaced by each bad one."""
    for part in PARTS:
        changed = address
        for name in world.values:
            for converter in ("int", "str"):
                changed = changed.replace(f"<{converter}:{name}>", part)
        if changed != address:
            yield changed


@pytest.mark.usefixtures("stage")
def test_this_attack_notices_a_500_and_a_refusal_that_stored_something(api: Attack) -> None:
    api.send("GET", "/api/v1/broken/")
    api.send("POST", "/api/v1/teams/", b'{"name": "refused"}')
    api.send("POST", "/api/v1/teams/", b'{"name": "fine"}')
    assert [line.rpartition("-> ")[2] for line in api.wrong] == ["500", "400, and something was stored"]


def test_bad_bodies(world: World, api: Attack) -> None:
    for method, _address, path, row in addresses(world, "api"):
        if method != "GET":
            for body in BODIES:
                api.send(method, path, body, **row.get("headers", {}))
    assert api.wrong == []
    assert api.sent > 100


def bent(value: Any) -> Iterator[Any]:
    """The JSON value with each of its parts, at any depth, replaced by each bad one."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        for bad in (*VALUES, *bent(part)):
            changed = value.copy()
            changed[key] = bad
            yield changed


def test_bad_values_in_good_bodies(world: World, api: Attack) -> None:
    for method, address, path, row in addresses(world, "api"):
        body = world.fill(row.get("json", {}))
        named = ({**body, name: bad} for name in fields_of(address, method) for bad in VALUES)
        nested = ({**body, name: bad} for name, value in body.items() for bad in bent(value))
        for changed in (*named, *nested):
            api.send(method, path, json.dumps(changed).encode(), **row.get("headers", {}))
    assert api.wrong == []
    assert api.sent > 300


def operation(address: str, method: str) -> dict[str, Any]:
    """What the schema says of an operation."""
    path = address.replace("<int:", "{").replace("<str:", "{").replace(">", "}")
    found: dict[str, Any] = document()["paths"][path][method.lower()]
    return found


def fields_of(address: str, method: str) -> list[str]:
    """The fields of the body that the schema names."""
    content = operation(address, method).get("requestBody", {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return list(document()["components"]["schemas"].get(name, {}).get("properties", {}))


def test_bad_addresses_and_queries(world: World, api: Attack) -> None:
    for method, address, path, row in addresses(world, "api"):
        body = json.dumps(world.fill(row.get("json", {}))).encode()
        for bad in with_bad_parts(address, world):
            api.send(method, bad, body, **row.get("headers", {}))
        if method == "GET":
            known = [
                one["name"]
                for one in operation(address, method).get("parameters", [])
                if one["in"] == "query"
            ]
            for name in (*known, "n"):
                for word in WORDS:
                    api.send("GET", f"{path}?{name}={word}")
            api.send("GET", path + "?" + "&".join(f"p{number}=1" for number in range(2_000)))
            api.send("GET", path + "?limit=1&limit=2")
    assert api.wrong == []
    assert api.sent > 300


def test_bad_headers(world: World, api: Attack) -> None:
    for method, _address, path, row in addresses(world, "api"):
        body = json.dumps(world.fill(row.get("json", {}))).encode()
        for headers in HEADERS:
            api.send(method, path, body, **{**row.get("headers", {}), **headers})
    assert api.wrong == []
    assert api.sent > 300


def test_unknown_addresses_of_the_api(api: Attack) -> None:
    for path in (
        "/api/",
        "/api",
        "/api/v2/",
        "/api/v1/%00/",
        "/api/v1/../x/",
        "/api/v1/%ED%A0%80/",
        "/api/" + "a" * 9000,
    ):
        for method in ("GET", "POST", "PATCH", "DELETE", "BREW"):
            api.send(method, path, b"{")
    assert api.wrong == []


def test_bad_addresses_and_queries_of_pages(world: World, browser: Attack) -> None:
    for method, address, path, _row in addresses(world, "pages"):
        for bad in with_bad_parts(address, world):
            browser.send(method, bad)
        if method == "GET":
            for word in (LONG, "9999-12-31", "%ED%A0%80"):
                browser.send("GET", f"{path}?{'&'.join(f'{name}={word}' for name in NAMES)}")
            for name in NAMES if "<" not in address else ():
                browser.send("GET", f"{path}?{name}=abc")
    for headers in HEADERS:
        browser.send("GET", "/tasks/", **headers)
    assert browser.wrong == []
    assert browser.sent > 300


def test_bad_forms(world: World, browser: Attack) -> None:
    form = "application/x-www-form-urlencoded"
    for method, _address, path, row in addresses(world, "pages"):
        if method != "POST":
            continue
        fields = world.fill(row.get("form", {}))
        for name in fields:
            good = urlencode({key: value for key, value in fields.items() if key != name})
            for word in WORDS:
                browser.send("POST", path, f"{good}&{name}={word}".encode(), Content_Type=form)
        browser.send("POST", path, b"&".join(b"a%d=1" % number for number in range(1_100)), Content_Type=form)
        browser.send("POST", path, b"%ff=%fe&=&&;", Content_Type=form)
        browser.send("POST", path, b"--x\r\nbroken", Content_Type="multipart/form-data; boundary=x")
        browser.send("POST", path, b"{}", Content_Type="application/json")
    assert browser.wrong == []
    assert browser.sent > 300
