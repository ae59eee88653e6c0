"""A task may be due at a time of its day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from common.errors import InvalidInput
from tasks import services
from tasks.choices import Status
from tasks.models import Task
from tasks.services import TaskRow, import_tasks
from tests.conftest import Cast, bearer, sign_in
from tests.tasks.facts import values_of

OPENED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
# 15:00 in Shanghai.
DUE = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)


def due_at_three(cast: Cast) -> Task:
    with time_machine.travel(OPENED, tick=False):
        return services.create_task(by=cast.ana, title="x", due_on=date(2026, 3, 10), due_time=time(15))


@pytest.mark.parametrize(("done_at", "on_time"), [(DUE - timedelta(seconds=1), 1), (DUE, 0)])
def test_on_time_is_before_the_due_time(cast: Cast, done_at: datetime, on_time: int) -> None:
    task = due_at_three(cast)
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE, at=done_at)
    assert values_of(cast.organization, "tasks.on_time") == [on_time]


def test_moving_the_time_of_a_done_task_asks_again(cast: Cast) -> None:
    task = due_at_three(cast)
    done = services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE, at=DUE)
    services.edit_task(by=cast.ana, task_id=task.pk, version=done.version, due_time=time(16))
    assert values_of(cast.organization, "tasks.on_time") == [1]


def test_a_time_goes_with_its_day_and_never_stands_alone(cast: Cast) -> None:
    task = due_at_three(cast)
    assert services.edit_task(by=cast.ana, task_id=task.pk, version=1, due_on=None).due_time is None
    with pytest.raises(InvalidInput):
        services.edit_task(by=cast.ana, task_id=task.pk, version=2, due_time=time(9))
    with pytest.raises(InvalidInput):
        services.create_task(by=cast.ana, title="x", due_time=time(9))


def test_an_import_that_moves_the_day_drops_the_time(cast: Cast) -> None:
    row = TaskRow("1", "x", "todo", OPENED, due_on=date(2026, 3, 10))
    import_tasks(cast.organization.pk, "file", [row])
    Task.objects.update(due_time=time(15))
    import_tasks(cast.organization.pk, "file", [TaskRow("1", "x", "todo", OPENED)])
    assert Task.objects.get().due_time is None


def test_form_and_api_take_and_give_the_time(cast: Cast, client: Client) -> None:
    typed = {"title": "x", "priority": 3, "due_on": "2026-03-10", "due_time": "15:00"}
    sign_in(cast.ana).post(reverse("tasks:create"), typed)
    task = Task.objects.get()
    answer = client.get(reverse("tasks-api:detail", args=[task.pk]), headers=bearer(cast.ana))
    assert answer.json()["due_time"] == "15:00:00"
    changed = client.patch(
        reverse("tasks-api:detail", args=[task.pk]),
        {"due_time": "16:30"},
        content_type="application/json",
        headers={**bearer(cast.ana), "If-Match": '"v1"'},
    )
    assert changed.json()["due_time"] == "16:30:00"
