"""Work of many small commits is announced once a second, a second ahead."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from activity.services import record
from common import queue
from common.queue import enqueue_soon
from tests.conftest import create_cast
from tests.harness.broker import Broker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quiet() -> None:
    """Nothing was sent before."""
    queue._sent_at.clear()


def commit_one(shard: int = 3) -> None:
    with transaction.atomic():
        enqueue_soon("kpis.recompute_shard", shard=shard)


def test_many_commits_in_a_second_are_one_message_for_each_shard(broker: Broker) -> None:
    for _ in range(50):
        commit_one(3)
        commit_one(4)
    assert broker.messages() == [
        ("kpis.recompute_shard", {"shard": 3}),
        ("kpis.recompute_shard", {"shard": 4}),
    ]


def test_followers_are_told_of_many_events_by_one_message_a_second_later(broker: Broker) -> None:
    cast = create_cast()
    queue._sent_at.clear()
    broker.client.delete("celery")
    began = datetime.now(UTC)
    for _ in range(20):
        with transaction.atomic():
            record("team.edited", subject=cast.support, organization_id=cast.organization.pk, by=cast.ana)
    ended = datetime.now(UTC)
    assert broker.messages() == [("activity.tell_followers", {})]
    (sent,) = broker.client.lrange("celery", 0, -1)
    starts_at = datetime.fromisoformat(json.loads(sent)["headers"]["eta"])
    assert began < starts_at - timedelta(seconds=queue.DELAY_SECONDS) < ended


def test_no_commit_after_the_start_of_the_job_counts_on_the_message_that_started_it(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert queue.QUIET_SECONDS < queue.DELAY_SECONDS
    monkeypatch.setattr(queue, "QUIET_SECONDS", 0.05)
    commit_one()
    time.sleep(0.06)
    commit_one()
    assert len(broker.messages()) == 2


def test_a_message_that_could_not_be_sent_silences_nobody(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue.breaker, "lets_through", lambda: False)
    commit_one()
    monkeypatch.undo()
    commit_one()
    assert len(broker.messages()) == 1
