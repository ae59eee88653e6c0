"""A house with real processes and a committed cast."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cast, create_cast
from tests.harness.broker import publish_to
from tests.harness.hooks import HookReceiver
from tests.harness.house import House
from tests.notifications.receiver import Receiver, chat_service


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


@pytest.fixture
def receiver(settings: Any) -> Iterator[HookReceiver]:
    """Another system on this machine, which webhooks may reach."""
    settings.OUTBOUND_HTTP, settings.OUTBOUND_PRIVATE = True, ("127.0.0.0/8",)
    receiver = HookReceiver()
    yield receiver
    receiver.close()


@pytest.fixture
def chat(house: House) -> Iterator[Receiver]:
    """A chat service on this machine, to which the workers of the house post."""
    with chat_service() as receiver:
        house.chat_url = receiver.url
        yield receiver
