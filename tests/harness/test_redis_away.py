"""Redis hangs or is down: people and programs go on writing, and the work is done when it is back."""

import os
import signal
import time
from collections.abc import Iterator
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


def write(page: Client, program: Client, headers: dict[str, str], assignee_id: int, away: str) -> float:
    """A task by page and one by program are stored; how long that took."""
    started = time.monotonic()
    by_page = page.post("/tasks/new/", {"title": f"By page, {away}", "assignee": assignee_id, "priority": 3})
    by_program = program.post(
        "/api/v1/tasks/",
        {"title": f"By program, {away}", "assignee_id": assignee_id},
        content_type="application/json",
        headers=headers,
    )
    assert (by_page.status_code, by_program.status_code) == (302, 201), by_program.content
    return time.monotonic() - started


def test_writes_succeed_and_the_work_is_done_afterwards(cast: Cast, house: House) -> None:
    house.start_worker()
    house.start_beat()
    page, program, headers = sign_in(cast.ana), Client(), bearer(cast.ana)
    house.wait_for_workers(1)
    page.get("/tasks/new/")
    expected: list[str] = []
    for away in (hung, down):
        with away(house):
            breaker.close()
            took_seconds = write(page, program, headers, cast.ben.pk, away.__name__)
        assert took_seconds < WAIT_SECONDS
        expected += [f"Your task: By {who}, {away.__name__}" for who in ("page", "program")]
        assert Task.objects.count() == len(expected)
        wait_until(
            lambda: len(house.mails()) >= len(expected) and is_rolled_up(),  # noqa: B023 - waits here
            PATIENCE_SECONDS,
            f"notices and cells after Redis was {away.__name__}",
        )
        assert house.subjects() == sorted(expected)
        assert wrong_cells() == 0
