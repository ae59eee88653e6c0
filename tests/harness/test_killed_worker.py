"""A worker killed in the middle of a roll-up while Redis loses everything."""

import time
from collections.abc import Callable

import pytest
from django.conf import settings

from common.queue import enqueue
from kpis.models import DayCell, DirtyRange
from tests.conftest import Cast
from tests.harness.facts import is_recomputing, is_rolled_up, load_facts, wrong_cells
from tests.harness.house import SWEEP_SECONDS, House, wait_until
from tests.notifications.conftest import due_goal

pytestmark = [pytest.mark.real_worker, pytest.mark.django_db(transaction=True)]
FACTS = 200_000
PROMISED_SECONDS = 120


def test_without_the_sweep_the_work_stays_undone_and_with_it_all_is_right(
    cast: Cast, house: House, record_property: Callable[[str, object], None]
) -> None:
    worker = house.start_worker()
    metric = load_facts(cast.organization, FACTS)
    due_goal(cast)
    house.wait_for_workers(1)
    enqueue("kpis.recompute_shard", shard=metric.pk % settings.KPI_SHARDS)
    wait_until(is_recomputing, 60, "a worker recomputes")
    house.kill(worker)
    house.broker.client.flushall()
    killed_at = time.monotonic()
    assert DirtyRange.objects.exists()
    assert not DayCell.objects.exists()

    house.start_worker()
    house.wait_for_workers(2)
    # Nothing is queued, nothing is held by a worker, and a sweep would have come twice.
    wait_until(lambda: house.broker.hints() == 0, 10, "Redis holds no hint")
    time.sleep(2 * SWEEP_SECONDS)
    assert DirtyRange.objects.exists(), (
        "a flushed hint came back, so this test proves nothing about the sweep"
    )
    assert (DayCell.objects.count(), house.mails()) == (0, [])

    house.start_beat()
    wait_until(lambda: is_rolled_up() and bool(house.mails()), PROMISED_SECONDS, "cells made, reminder sent")
    record_property("seconds_to_recover", round(time.monotonic() - killed_at, 1))
    assert wrong_cells() == 0
    time.sleep(2 * SWEEP_SECONDS)
    assert house.subjects() == ["Due for review: Answer within an hour"]
