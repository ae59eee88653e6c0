"""A worker whose connection to Redis is lost goes on, whatever it had in its hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection
from kombu.transport import redis

from opsteam.broker import Hand
from opsteam.embedded.redis import EmbeddedRedis


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Redis that may be stopped."""
    server = EmbeddedRedis(tmp_path / "redis", fast=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def taken(broker: EmbeddedRedis) -> Connection:
    """A connection that has taken a message and not finished it."""
    connection = Connection(broker.url)
    queue = connection.SimpleQueue("hints", channel=connection.default_channel)
    queue.put("a hint")
    queue.get(timeout=5)
    return connection


def close_as_a_worker_does(connection: Connection) -> None:
    """When it sees that the connection broke: references first, then the rest."""
    connection.collect()
    connection.close()


def test_workers_of_ours_hold_messages_so() -> None:
    assert redis.Channel.QoS is Hand


def test_a_message_in_hand_is_put_back_while_redis_is_there(broker: EmbeddedRedis, taken: Connection) -> None:
    close_as_a_worker_does(taken)
    with Connection(broker.url) as again:
        assert again.SimpleQueue("hints").get(timeout=5).payload == "a hint"


def test_a_lost_connection_is_closed_with_messages_in_hand(broker: EmbeddedRedis, taken: Connection) -> None:
    broker.stop()
    close_as_a_worker_does(taken)


def test_so_is_one_that_was_lost_while_the_worker_listened(taken: Connection) -> None:
    channel = taken.default_channel
    taken.transport.client = None
    channel.close()


def test_the_twin_ends_by_that(taken: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as kombu fails without it, it is needed."""
    monkeypatch.setattr(Hand, "restore_unacked", redis.QoS.restore_unacked)
    channel = taken.default_channel
    taken.transport.client = None
    with pytest.raises(AttributeError, match="hostname"):
        channel.close()
