"""Every job sent twice, worked off by several workers at the same time."""

import pytest
from django.conf import settings

from notifications.choices import State
from notifications.models import Delivery
from opsteam.celery import app
from tasks import services as tasks
from tests.conftest import Cast
from tests.harness.facts import is_rolled_up, load_facts, wrong_cells
from tests.harness.house import House, wait_until
from tests.notifications.conftest import due_goal

pytestmark = [pytest.mark.real_worker, pytest.mark.django_db(transaction=True)]


def test_every_job_sent_twice_ends_in_the_same_state(cast: Cast, house: House) -> None:
    due_goal(cast)
    tasks.create_task(by=cast.ana, title="Call back", assignee_id=cast.ben.pk)
    load_facts(cast.organization, 20_000)
    house.broker.client.flushall()
    for _ in range(2):
        for job in (
            "notifications.plan",
            "activity.tell_followers",
            "notifications.send_due",
            "kpis.sweep_dirty",
            "people.forget_answers",
            "tasks.sweep_on_time",
        ):
            app.send_task(job)
        for shard in range(settings.KPI_SHARDS):
            app.send_task("kpis.recompute_shard", kwargs={"shard": shard})
    for _ in range(2):
        house.start_worker()
    house.wait_for_workers(2)
    wait_until(lambda: len(house.mails()) >= 2 and is_rolled_up(), 60, "mails sent and cells made")
    wait_until(lambda: house.broker.messages() == [], 30, "every message taken")
    assert wrong_cells() == 0
    assert len(house.mails()) == 2
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
