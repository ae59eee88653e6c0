"""With every message of the writers lost, the sweeps do all the work, and do it once."""

import time

import pytest

from kpis.models import DayCell
from notifications.choices import State
from notifications.models import Delivery
from opsteam.embedded.ports import free_port
from tasks import services as tasks
from tests.conftest import Cast
from tests.harness.broker import publish_to
from tests.harness.facts import is_rolled_up, load_facts, wrong_cells
from tests.harness.house import SWEEP_SECONDS, House, wait_until
from tests.notifications.conftest import due_goal

pytestmark = [pytest.mark.real_worker, pytest.mark.django_db(transaction=True)]


def test_three_workers_and_two_beats_send_one_reminder_and_make_every_cell(cast: Cast, house: House) -> None:
    publish_to(house.broker.through(free_port()))
    due_goal(cast)
    tasks.create_task(by=cast.ana, title="Call back", assignee_id=cast.ben.pk)
    load_facts(cast.organization, 2_000)
    for _ in range(3):
        house.start_worker()
    for _ in range(2):
        house.start_beat()
    house.wait_for_workers(3)
    wait_until(lambda: len(house.mails()) >= 2 and is_rolled_up(), 60, "mails sent and cells made")
    time.sleep(4 * SWEEP_SECONDS)
    assert house.subjects() == ["Due for review: Answer within an hour", "Your task: Call back"]
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
    assert DayCell.objects.exists()
    assert wrong_cells() == 0
