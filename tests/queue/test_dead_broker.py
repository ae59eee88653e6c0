"""A Redis that is down or hangs costs a request at most about a second, once, and never an error."""

import time
from collections.abc import Iterator

import pytest
from django.db import transaction

from common import queue
from common.queue import enqueue
from opsteam.embedded.ports import free_port
from tests.harness.broker import Broker, publish_to
from tests.harness.sockets import Proxy, proxy_to

pytestmark = pytest.mark.django_db(transaction=True)
WAIT_SECONDS = 2.0
AT_ONCE_SECONDS = 0.1


@pytest.fixture
def proxy(broker: Broker) -> Iterator[Proxy]:
    """Between this process and its broker."""
    with proxy_to(*broker.address) as proxy:
        publish_to(broker.through(proxy.port))
        yield proxy


def publish_seconds() -> float:
    """How long a transaction that enqueues takes."""
    started = time.monotonic()
    with transaction.atomic():
        enqueue("activity.tell_followers")
    return time.monotonic() - started


def test_a_hung_broker_holds_one_request_briefly_and_the_next_not_at_all(
    proxy: Proxy, broker: Broker
) -> None:
    proxy.hung.set()
    assert publish_seconds() < WAIT_SECONDS
    assert max(publish_seconds() for _ in range(20)) < AT_ONCE_SECONDS
    assert broker.messages() == []


def test_a_broker_that_hangs_on_a_connection_in_use_holds_one_request_briefly(
    proxy: Proxy, broker: Broker
) -> None:
    publish_seconds()
    assert len(broker.messages()) == 1
    proxy.hung.set()
    assert publish_seconds() < WAIT_SECONDS
    assert publish_seconds() < AT_ONCE_SECONDS


def test_a_broker_that_is_down_holds_nobody(broker: Broker) -> None:
    publish_to(broker.through(free_port()))
    assert publish_seconds() < 2 * AT_ONCE_SECONDS
    assert publish_seconds() < AT_ONCE_SECONDS


def test_after_the_silence_one_caller_tries_again_and_then_all_send(
    proxy: Proxy, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "SILENCE_SECONDS", 0.5)
    proxy.hung.set()
    publish_seconds()
    proxy.hung.clear()
    publish_seconds()
    assert broker.messages() == []
    time.sleep(0.6)
    publish_seconds()
    publish_seconds()
    assert len(broker.messages()) == 2


def test_while_one_caller_tries_the_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "SILENCE_SECONDS", 0.2)
    breaker = queue.Breaker()
    breaker.open()
    time.sleep(0.25)
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
