"""Every job sent twice and worked off by several workers at once: everything happens once all the same."""

import inspect
from typing import Any

import pytest
from django.conf import settings

from opsteam.celery import app
from tests.conftest import Cast
from tests.harness.hooks import HookReceiver
from tests.harness.house import House, wait_until
from tests.harness.workflows import ONCE, SEEN_BY, begin_everything, effects, is_settled, missing
from tests.notifications.receiver import Receiver

pytestmark = [pytest.mark.real_worker, pytest.mark.django_db(transaction=True)]

ROUNDS = 4


def cases(cast: Cast) -> dict[str, list[dict[str, Any]]]:
    """What each job is called with; a job without arguments needs no line here."""
    return {
        "imports.carry_out": [{"organization_id": cast.organization.pk}],
        "kpis.recompute_shard": [{"shard": shard} for shard in range(settings.KPI_SHARDS)],
        "tasks.rebuild_on_time": [{"organization_id": cast.organization.pk}],
    }


def jobs() -> dict[str, list[str]]:
    """Every job a worker knows, with the names of its arguments."""
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    return {name: list(inspect.signature(task.run).parameters) for name, task in ours.items()}


def test_every_job_with_arguments_has_a_case(cast: Cast) -> None:
    wanted = {name: set(arguments) for name, arguments in jobs().items() if arguments}
    given = {name: set(calls[0]) for name, calls in cases(cast).items()}
    assert given == wanted
    assert len(jobs()) > 10


def test_every_job_is_seen_by_a_piece_of_work_that_happens_once() -> None:
    assert set(SEEN_BY) == set(jobs())
    assert set(SEEN_BY.values()) <= set(ONCE)


def test_every_job_sent_twice_ends_in_the_same_state(
    cast: Cast, house: House, receiver: HookReceiver, chat: Receiver
) -> None:
    begin_everything(cast, receiver)
    house.broker.client.flushall()
    for _ in range(2):
        house.start_worker()
    # Planning comes before sending, and what is rolled up is judged, watched and published: rounds, so that what one
    # job leaves for another is taken up.
    for _ in range(ROUNDS):
        send_everything_twice(cast)
        house.wait_for_workers(2)
        wait_until(lambda: is_settled() and house.broker.hints() == 0, 90, "everything done, nothing queued")
    assert missing(effects(house, receiver, chat)) == {}


def send_everything_twice(cast: Cast) -> None:
    """Twins of every job, one behind the other, so that two workers take them at once."""
    calls = cases(cast)
    for job in jobs():
        for arguments in calls.get(job, [{}]):
            for _twin in range(2):
                app.send_task(job, kwargs=arguments)
