"""Bad addresses, queries and headers, against every method of every API address."""

import json

from tests.architecture.world import World
from tests.hostile.attack import Attack, addresses, parts
from tests.hostile.corpus import HEADERS, PARTS, QUERIES, WORDS
from tests.hostile.dealing import dealt, spread
from tests.hostile.described import parameters


def test_bad_parts_of_addresses(world: World, api: Attack) -> None:
    for (method, path, row), bad in dealt(parts(world, "api"), PARTS):
        body = json.dumps(world.fill(row.get("json", {}))).encode()
        api.send(method, path.replace("{}", bad), body, **row.get("headers", {}))
    assert api.found() == []
    assert api.sent > 200


def test_bad_queries(world: World, api: Attack) -> None:
    readable = [(address, path) for method, address, path, _row in addresses(world, "api") if method == "GET"]
    given = [
        (kind, (path, name))
        for address, path in readable
        for name, kind in {**parameters(address), "n": "unknown"}.items()
    ]
    for (path, name), word in spread(given, WORDS):
        api.send("GET", f"{path}?{name}={word}")
    for (_address, path), query in dealt((("query", door) for door in readable), QUERIES):
        api.send("GET", f"{path}?{query}")
    assert api.found() == []
    assert api.sent >= len(readable) + 3 * len(WORDS)


def test_bad_headers(world: World, api: Attack) -> None:
    given = [(method, (method, path, row)) for method, _address, path, row in addresses(world, "api")]
    for (method, path, row), headers in dealt(given, HEADERS):
        body = json.dumps(world.fill(row.get("json", {}))).encode()
        api.send(method, path, body, **{**row.get("headers", {}), **headers})
    assert api.found() == []
    assert api.sent > 100


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
    assert api.found() == []
