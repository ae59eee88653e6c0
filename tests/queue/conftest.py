"""A broker of the test's own, and what lies in it."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings

from common.queue import breaker
from opsteam.celery import app

DATABASE = "/9"


class Broker:
    """A Redis database that only this process publishes to."""

    def __init__(self) -> None:
        self.url = urlunsplit(urlsplit(settings.REDIS_URL)._replace(path=DATABASE))
        self.address = (urlsplit(self.url).hostname or "", urlsplit(self.url).port or 0)
        self._client = redis.Redis.from_url(self.url)

    def publish_through(self, port: int) -> None:
        """This process now reaches the broker through a loopback port."""
        parts = urlsplit(self.url)
        publish_to(urlunsplit(parts._replace(netloc=f":{parts.password or ''}@127.0.0.1:{port}")))

    def messages(self) -> list[tuple[str, dict[str, Any]]]:
        """(job, arguments), oldest first."""
        raw = [json.loads(one) for one in reversed(self._client.lrange("celery", 0, -1))]
        return [(one["headers"]["task"], json.loads(base64.b64decode(one["body"]))[1]) for one in raw]

    def clear(self) -> None:
        self._client.flushdb()


def publish_to(url: str | None) -> None:
    """Where this process publishes; None is what the settings say."""
    app.conf.broker_write_url = url
    app._after_fork()
    breaker.close()


@pytest.fixture
def broker() -> Iterator[Broker]:
    """An empty broker that this process publishes to."""
    broker = Broker()
    broker.clear()
    publish_to(broker.url)
    yield broker
    publish_to(None)
    broker.clear()
