"""A worker whose connection to Redis is lost goes on, whatever it had in its hand."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import redis

from opsteam.broker import Channel
from opsteam.embedded.redis import EmbeddedRedis


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Redis that may be stopped."""
    server = EmbeddedRedis(tmp_path / "redis", fast=True)
    server.start()
    yield server
    server.stop()


@dataclass(frozen=True)
class Taken:
    """A connection, and a message that came through it and is not finished."""

    connection: Connection
    message: Any

    @property
    def channel(self) -> Any:
        """Through which it came."""
        return self.message.channel

    def lose(self) -> None:
        """As a worker does that sees its connection break while it listens: references first."""
        self.channel._disconnect_pools()
        self.connection.transport.client = None


@pytest.fixture
def taken(broker: EmbeddedRedis) -> Iterator[Taken]:
    """From the queue `hints`."""
    connection = Connection(broker.url)
    queue = connection.SimpleQueue("hints", channel=connection.default_channel)
    queue.put("a hint")
    taken = Taken(connection, queue.get(timeout=5))
    qos = taken.channel.qos
    yield taken
    # Otherwise it is put back at the end of the program, into a Redis that is no longer there.
    qos._on_collect.cancel()


def test_workers_of_ours_use_such_channels(taken: Taken) -> None:
    assert type(taken.channel) is Channel


def test_a_message_in_hand_is_put_back_while_redis_is_there(broker: EmbeddedRedis, taken: Taken) -> None:
    taken.connection.close()
    with Connection(broker.url) as again:
        assert again.SimpleQueue("hints").get(timeout=5).payload == "a hint"


def test_a_connection_to_a_dead_redis_is_closed_with_messages_in_hand(
    broker: EmbeddedRedis, taken: Taken
) -> None:
    broker.stop()
    taken.connection.collect()
    taken.connection.close()


def test_so_is_one_that_is_gone_and_what_is_finished_later_is_said_in_vain(taken: Taken) -> None:
    taken.lose()
    said = logging.getLogger("test")
    taken.message.ack_log_error(said, taken.connection.connection_errors)
    taken.connection.maybe_close_channel(taken.channel)


def test_the_twin_ends_by_both(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as kombu fails without it, it is needed."""
    monkeypatch.setattr(Channel, "_get_pool", redis.Channel._get_pool)
    taken.lose()
    with pytest.raises(AttributeError):
        taken.message.ack_log_error(logging.getLogger("test"), taken.connection.connection_errors)
    with pytest.raises(AttributeError):
        taken.connection.maybe_close_channel(taken.channel)
