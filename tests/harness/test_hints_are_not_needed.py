"""With every message of the writers lost, the sweeps do all the work, and do it once."""

import time

import pytest

from opsteam.embedded.ports import free_port
from tests.conftest import Cast
from tests.harness.broker import publish_to
from tests.harness.hooks import HookReceiver
from tests.harness.house import SWEEP_SECONDS, House, wait_until
from tests.harness.workflows import begin_everything, effects, is_settled, missing
from tests.notifications.receiver import Receiver

pytestmark = [pytest.mark.real_worker, pytest.mark.django_db(transaction=True)]


def test_workers_and_two_beats_do_everything_once(
    cast: Cast, house: House, receiver: HookReceiver, chat: Receiver
) -> None:
    publish_to(house.broker.through(free_port()))
    begin_everything(cast, receiver)
    for _ in range(2):
        house.start_worker()
    for _ in range(2):
        house.start_beat()
    house.wait_for_workers(2)
    wait_until(is_settled, 300, "everything is done by sweeps")
    wait_until(
        lambda: missing(effects(house, receiver, chat)) == {},
        120,
        "everything was seen to happen",
        besides=lambda: missing(effects(house, receiver, chat)),
    )
    time.sleep(2 * SWEEP_SECONDS)
    assert missing(effects(house, receiver, chat)) == {}
