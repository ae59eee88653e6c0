"""Attacks by ana, from a program and from a browser."""

import os
from pathlib import Path

import pytest
from django.test import Client

from tests.architecture.world import World, world
from tests.conftest import bearer, sign_in
from tests.hostile.attack import Attack

__all__ = ["world"]

# Minutes each, and not all of them have been seen to pass: `make hostile` runs them.
LONG = {
    "test_api_addresses.py",
    "test_api_bodies.py",
    "test_browser.py",
    "test_files.py",
    "test_markup.py",
    "test_pages.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long attacks are left out unless they are asked for."""
    if "OPSTEAM_HOSTILE" in os.environ:
        return
    for item in items:
        if item.path.name in LONG and item.path.parent == Path(__file__).parent:
            item.add_marker(
                pytest.mark.skip(reason="takes minutes: `make hostile` or OPSTEAM_HOSTILE=part runs it")
            )


@pytest.fixture
def api(world: World) -> Attack:
    """An attack with a token of ana that may do everything."""
    return Attack(Client(), bearer(world.cast.ana))


@pytest.fixture
def browser(world: World) -> Attack:
    """An attack from ana's browser."""
    return Attack(sign_in(world.cast.ana), {})
