"""Where this process publishes, and what lies there."""

import base64
import json
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import redis

from common.queue import breaker
from opsteam.celery import app


class Broker:
    """A Redis database that only this process publishes to."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.address = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
        self.client = redis.Redis.from_url(url)

    def through(self, port: int) -> str:
        """The same database, reached through another loopback port."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(netloc=f":{parts.password or ''}@127.0.0.1:{port}"))

    def messages(self) -> list[tuple[str, dict[str, Any]]]:
        """(job, arguments), oldest first."""
        raw = [json.loads(one) for one in reversed(self.client.lrange("celery", 0, -1))]
        return [(one["headers"]["task"], json.loads(base64.b64decode(one["body"]))[1]) for one in raw]

    def hints(self) -> int:
        """How many messages wait here or are being worked on."""
        return int(self.client.llen("celery")) + int(self.client.hlen("unacked"))


def publish_to(url: str | None) -> None:
    """This process publishes to `url` from now on; None is what the settings say."""
    app.conf.broker_write_url = url
    app._after_fork()
    breaker.close()
