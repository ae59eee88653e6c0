"""Bad bodies and bad values in good bodies, against every method of every API address."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.architecture.world import World
from tests.conftest import bearer
from tests.hostile.attack import Attack, addresses, fields_of, refused_fields, some
from tests.hostile.corpus import BODIES, VALUES


@pytest.mark.urls("tests.api.stage")
def test_this_attack_notices_a_500_and_a_refusal_that_stored_something(world: World) -> None:
    api = Attack(Client(), bearer(world.cast.ana))
    api.send("GET", "/api/v1/broken/")
    api.send("POST", "/api/v1/teams/", b'{"name": "refused"}')
    api.send("POST", "/api/v1/teams/", b'{"name": "fine"}')
    assert [line.rpartition("-> ")[2].strip() for line in api.found()] == [
        "500",
        "400, and something was stored",
    ]


def test_bad_bodies(world: World, api: Attack) -> None:
    for method, _address, path, row in addresses(world, "api"):
        if method != "GET":
            for body in some(BODIES, 8):
                api.send(method, path, body, **row.get("headers", {}))
    assert api.found() == []
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
    """All fields at once with each value; then, one by one, the fields that took it, so that deeper code sees it."""
    for method, address, path, row in addresses(world, "api"):
        body = world.fill(row.get("json", {}))
        names = {*fields_of(address, method), *body}
        headers = row.get("headers", {})
        for bad in VALUES if names else ():
            answer = api.send(method, path, json.dumps(dict.fromkeys(names, bad)).encode(), **headers)
            for name in some(sorted(names - (refused_fields(answer) or set())), 2):
                api.send(method, path, json.dumps({**body, name: bad}).encode(), **headers)
        for name, value in body.items():
            for changed in some(list(bent(value)), 30):
                api.send(method, path, json.dumps({**body, name: changed}).encode(), **headers)
    assert api.found() == []
    assert api.sent > 300
