"""Bad bodies and bad values in good bodies, against every method of every API address."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.architecture.world import World
from tests.conftest import bearer
from tests.hostile.attack import Attack, addresses
from tests.hostile.corpus import BODIES, VALUES
from tests.hostile.dealing import dealt, spread
from tests.hostile.described import places, replaced

Door = tuple[str, str, dict[str, str]]


def doors(world: World) -> list[tuple[str, Door, Any]]:
    """Address, door and good body of everything that takes a body."""
    return [
        (address, (method, path, row.get("headers", {})), world.fill(row.get("json", {})))
        for method, address, path, row in addresses(world, "api")
        if method != "GET"
    ]


@pytest.mark.urls("tests.api.stage")
def test_this_attack_notices_a_500_and_a_refusal_that_stored_something(world: World) -> None:
    api = Attack(Client(), bearer(world.cast.ana), "/api/v1/teams/")
    api.send("GET", "/api/v1/broken/")
    api.send("POST", "/api/v1/teams/", b'{"name": "refused"}')
    api.send("POST", "/api/v1/teams/", b'{"name": "fine"}')
    assert [line.rpartition("-> ")[2].strip() for line in api.found()] == [
        "500",
        "400, and something was stored",
    ]


def test_bad_bodies(world: World, api: Attack) -> None:
    """One parser reads all of them; the address of facts is its heaviest user, and gets everything."""
    given = [("body", door) for _address, door, _body in doors(world)]
    facts = [("facts", door) for kind, door in given if door[1].endswith("/measurements/")]
    for (method, path, headers), body in spread([*given, *facts], BODIES):
        api.send(method, path, body, **headers)
    assert api.found() == []
    assert api.sent >= 2 * len(BODIES)


def test_bad_values_in_good_bodies(world: World, api: Attack) -> None:
    """Each place of each body alone, so that the code behind its check sees what got through."""
    given = [
        (kind, (door, body, place))
        for address, door, body in doors(world)
        for place, kind in places(address, door[0], body).items()
    ]
    for ((method, path, headers), body, place), bad in spread(given, VALUES):
        api.send(method, path, json.dumps(replaced(body, place, bad)).encode(), **headers)
    assert api.found() == []
    assert api.sent > 300


def test_the_same_bad_value_everywhere_in_a_body(world: World, api: Attack) -> None:
    given = [
        ("body", (door, {place[0] for place in places(address, door[0], body)}))
        for address, door, body in doors(world)
    ]
    for ((method, path, headers), names), bad in dealt(given, VALUES):
        api.send(method, path, json.dumps(dict.fromkeys(map(str, names), bad)).encode(), **headers)
    assert api.found() == []
