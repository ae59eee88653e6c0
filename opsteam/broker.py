"""What a worker does with messages in its hand when their connection is lost."""

from typing import Any

from kombu.transport import redis


class Hand(redis.QoS):
    """The messages that a worker has taken and not yet finished."""

    def restore_unacked(self, client: Any = None) -> None:
        """Puts them back while the connection is there.

        kombu 5.7 tries that without one, too, and the worker ends by it, with its jobs.
        Messages are hints: whatever was in them is found by the next sweep.
        """
        try:
            if self.channel.connection.client is not None:
                super().restore_unacked(client)
        finally:
            self._delivered.clear()


def use_hand() -> None:
    """Every connection to Redis that is made from now on holds its messages so."""
    redis.Channel.QoS = Hand
