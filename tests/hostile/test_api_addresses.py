"""Bad addresses, queries and headers, against every method of every API address."""

import json

from tests.architecture.world import World
from tests.hostile.attack import (
    Attack,
    addresses,
    operation,
    refused_fields,
    some,
    with_bad_parts,
)
from tests.hostile.corpus import HEADERS, WORDS


def test_bad_addresses_and_queries(world: World, api: Attack) -> None:
    for method, address, path, row in addresses(world, "api"):
        body = json.dumps(world.fill(row.get("json", {}))).encode()
        for bad in with_bad_parts(address):
            api.send(method, bad, body, **row.get("headers", {}))
        if method == "GET":
            known = [
                one["name"]
                for one in operation(address, method).get("parameters", [])
                if one["in"] == "query"
            ]
            for word in WORDS:
                answer = api.send("GET", f"{path}?{'&'.join(f'{name}={word}' for name in known)}")
                for name in some(sorted({*known, "n"} - (refused_fields(answer) or set())), 2):
                    api.send("GET", f"{path}?{name}={word}")
            api.send("GET", path + "?" + "&".join(f"p{number}=1" for number in range(2_000)))
            api.send("GET", path + "?limit=1&limit=2")
    assert api.found() == []
    assert api.sent > 300


def test_bad_headers(world: World, api: Attack) -> None:
    for method, _address, path, row in addresses(world, "api"):
        body = json.dumps(world.fill(row.get("json", {}))).encode()
        for headers in some(HEADERS, 8):
            api.send(method, path, body, **{**row.get("headers", {}), **headers})
    assert api.found() == []
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
    assert api.found() == []
