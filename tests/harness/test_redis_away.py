"""Redis hangs or is down: people and programs go on writing, and the work is done when it is back."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.test import Client

from common.queue import breaker
from tasks.models import Task
from tests.conftest import Cast, bearer, sign_in
from tests.harness.facts import is_rolled_up, wrong_cells
from tests.harness.house import House, wait_until

pytestmark = [pytest.mark.real_worker, pytest.mark.django_db(transaction=True)]
# Nobody waits for Redis to come back; how short the wait is, tests/queue measures without the load of a house.
WAIT_SECONDS = 10
# A worker that lost Redis tries again at growing intervals, and a busy machine stretches them.
PATIENCE_SECONDS = 120


@contextmanager
def hung(house: House) -> Iterator[None]:
    """Redis accepts connections and answers nothing."""
    assert house.redis.process is not None
    os.kill(house.redis.process.pid, signal.SIGSTOP)
    yield
    os.kill(house.redis.process.pid, signal.SIGCONT)


@contextmanager
def down(house: House) -> Iterator[None]:
    """Redis is gone, with all that was in it."""
    house.redis.stop()
    yield
    house.redis.start()


@pytest.mark.parametrize("away", [hung, down])
def test_writes_succeed_and_the_work_is_done_afterwards(
    cast: Cast, house: House, away: Callable[[House], object]
) -> None:
    house.start_worker()
    house.start_beat()
    page, program, headers = sign_in(cast.ana), Client(), bearer(cast.ana)
    house.wait_for_workers(1)
    page.get("/tasks/new/")
    with away(house):
        breaker.close()
        started = time.monotonic()
        by_page = page.post("/tasks/new/", {"title": "By page", "assignee": cast.ben.pk, "priority": 3})
        by_program = program.post(
            "/api/v1/tasks/",
            {"title": "By program", "assignee_id": cast.ben.pk},
            content_type="application/json",
            headers=headers,
        )
        took_seconds = time.monotonic() - started
    assert (by_page.status_code, by_program.status_code) == (302, 201), by_program.content
    assert took_seconds < WAIT_SECONDS
    assert Task.objects.count() == 2
    wait_until(lambda: len(house.mails()) >= 2 and is_rolled_up(), PATIENCE_SECONDS, "notices and cells")
    assert house.subjects() == ["Your task: By page", "Your task: By program"]
    assert wrong_cells() == 0
