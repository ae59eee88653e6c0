"""What is enqueued is sent when the transaction commits, once."""

import pytest
from django.db import transaction

from common.queue import enqueue
from tests.harness.broker import Broker

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_hint_is_sent_at_the_commit_and_not_before(broker: Broker) -> None:
    with transaction.atomic():
        enqueue("kpis.recompute_shard", shard=3)
        assert broker.messages() == []
    assert broker.messages() == [("kpis.recompute_shard", {"shard": 3})]


def test_nothing_is_sent_for_what_was_rolled_back(broker: Broker) -> None:
    with transaction.atomic():
        enqueue("activity.tell_followers")
        transaction.set_rollback(True)
    assert broker.messages() == []


def test_the_same_hint_twice_in_a_transaction_is_one_message(broker: Broker) -> None:
    with transaction.atomic():
        for _ in range(3):
            enqueue("kpis.recompute_shard", shard=3)
        with transaction.atomic():
            enqueue("kpis.recompute_shard", shard=3)
        enqueue("kpis.recompute_shard", shard=4)
    assert broker.messages() == [
        ("kpis.recompute_shard", {"shard": 3}),
        ("kpis.recompute_shard", {"shard": 4}),
    ]


def test_a_hint_of_a_rolled_back_savepoint_does_not_swallow_a_later_one(broker: Broker) -> None:
    with transaction.atomic():
        with transaction.atomic():
            enqueue("activity.tell_followers")
            transaction.set_rollback(True)
        enqueue("activity.tell_followers")
    assert broker.messages() == [("activity.tell_followers", {})]


def test_every_transaction_sends_its_own(broker: Broker) -> None:
    for _ in range(2):
        with transaction.atomic():
            enqueue("activity.tell_followers")
    assert len(broker.messages()) == 2
