"""Attacks by ana, from a program and from a browser."""

import pytest
from django.test import Client

from tests.architecture.world import World, kept_world, world
from tests.conftest import bearer, sign_in
from tests.hostile.attack import Attack

__all__ = ["kept_world", "world"]


@pytest.fixture
def api(world: World) -> Attack:
    """An attack with a token of ana that may do everything."""
    return Attack(Client(), bearer(world.cast.ana), "/api/v1/me/")


@pytest.fixture
def browser(world: World) -> Attack:
    """An attack from ana's browser."""
    return Attack(sign_in(world.cast.ana), {}, "/tokens/")
