"""No address of the API is deaf: a parameter it does not know is named, not ignored."""

from pathlib import Path

import yaml
from django.test import Client

from tests.architecture import world as stage
from tests.architecture.world import World, kept_world, world
from tests.conftest import bearer

__all__ = ["kept_world", "world"]

TABLE = yaml.safe_load(Path(stage.__file__).with_name("authz.yaml").read_text("utf-8"))["api"]


def test_every_address_that_can_be_read_refuses_a_parameter_it_does_not_know(world: World) -> None:
    client, cast = Client(), world.cast
    tokens = [bearer(member) for member in (cast.vera, cast.ben, cast.ana, cast.adam)]
    deaf = {}
    for address, methods in TABLE.items():
        if "GET" not in methods:
            continue
        row = methods["GET"]
        path = world.path(address, **world.fill(row.get("with", {})))
        reader = tokens[row["expect"][-len(tokens) :].index(200)]
        answer = client.get(path, {"no_such": "1"}, headers=reader)
        told = answer.json().get("errors") if answer.status_code == 400 else None
        if {"pointer": "/no_such", "detail": "There is no such parameter."} not in (told or []):
            deaf[address] = answer.status_code
    assert deaf == {}
