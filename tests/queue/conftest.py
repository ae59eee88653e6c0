"""A broker of the test's own."""

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

from tests.harness.broker import Broker, publish_to

DATABASE = "/9"


@pytest.fixture
def broker() -> Iterator[Broker]:
    """An empty broker that this process publishes to."""
    broker = Broker(urlunsplit(urlsplit(settings.REDIS_URL)._replace(path=DATABASE)))
    broker.client.flushdb()
    publish_to(broker.url)
    yield broker
    publish_to(None)
    broker.client.flushdb()
