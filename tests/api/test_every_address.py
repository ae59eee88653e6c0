"""What holds for every address of the API: none is deaf, and each says which methods it takes."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from people.choices import Scope
from tests.architecture import world as stage
from tests.architecture.world import World, kept_world, world
from tests.conftest import bearer

__all__ = ["kept_world", "world"]

TABLE: dict[str, Any] = yaml.safe_load(Path(stage.__file__).with_name("authz.yaml").read_text("utf-8"))["api"]


@pytest.fixture
def tokens(world: World) -> list[dict[str, str]]:
    """Those of vera, ben, ana and adam, the last columns of the table."""
    return [bearer(member) for member in (world.cast.vera, world.cast.ben, world.cast.ana, world.cast.adam)]


def test_every_address_that_can_be_read_refuses_a_parameter_it_does_not_know(
    world: World, tokens: list[dict[str, str]]
) -> None:
    deaf = {}
    for address, methods in TABLE.items():
        if "GET" not in methods:
            continue
        row = methods["GET"]
        path = world.path(address, **world.fill(row.get("with", {})))
        reader = tokens[row["expect"][-len(tokens) :].index(200)]
        answer = Client().get(path, {"no_such": "1"}, headers=reader)
        told = answer.json().get("errors") if answer.status_code == 400 else None
        if {"pointer": "/no_such", "detail": "There is no such parameter."} not in (told or []):
            deaf[address] = answer.status_code
    assert deaf == {}


def test_allow_names_exactly_the_methods_that_an_address_answers(world: World) -> None:
    """That each method of the table is answered, and no other, is shown in tests/architecture."""
    # Who may do nothing changes nothing.
    headers, wrong = bearer(world.cast.adam, Scope.AUDIT_READ), {}
    pages: dict[str, Any] = {address: {"GET": {}} for address in ("/api/schema/", "/api/docs/")}
    for address, methods in {**TABLE, **pages}.items():
        takes = {*methods, "HEAD"} if "GET" in methods else {*methods}
        path = world.path(address, **world.fill(next(iter(methods.values())).get("with", {})))
        found = {
            method: Client().generic(method, path, headers=headers) for method in ("TRACE", "OPTIONS", "HEAD")
        }
        answered = {method for method, answer in found.items() if answer.status_code != 405}
        said = set(found["TRACE"]["Allow"].split(", "))
        wanted = takes if address in pages else {*takes, "OPTIONS"}
        if (said, answered) != (wanted, wanted & found.keys()):
            wrong[address] = (said, answered)
    assert wrong == {}
