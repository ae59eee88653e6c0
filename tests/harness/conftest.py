"""A house with real processes and a committed cast."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Cast, create_cast
from tests.harness.broker import publish_to
from tests.harness.house import House


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed, so that the workers see it."""
    return create_cast()


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> Iterator[House]:
    """An empty house that this process publishes to; its programs end before the database is emptied."""
    house = House(tmp_path)
    publish_to(house.redis.url)
    yield house
    publish_to(None)
    house.close()
