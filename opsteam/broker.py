"""What a worker does when its connection to Redis is gone."""

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as ConnectionLost


class Channel(redis.Channel):
    """A channel that says so when its connection is gone.

    That of kombu 5.7 fails on the way to the error that everybody is prepared for: a worker that puts messages back, or
    says that it has finished one, then ends by an AttributeError, with all its jobs.
    """

    def _get_pool(self, asynchronous: bool = False) -> Any:
        if self.connection is None or self.connection.client is None:
            raise ConnectionLost("The connection to Redis is closed.")
        return super()._get_pool(asynchronous)  # type: ignore[misc] # not in its stubs


def use_channel() -> None:
    """Every connection to Redis that is made from now on has such channels."""
    redis.Transport.Channel = Channel
