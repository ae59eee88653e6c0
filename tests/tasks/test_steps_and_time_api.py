"""Steps and time over REST."""

import pytest
from django.test import Client
from django.urls import reverse

from people.choices import Scope
from tasks import services
from tasks.models import Task, TimeEntry
from tasks.selectors import local_day
from tests.conftest import Cast, bearer


@pytest.fixture
def task(cast: Cast) -> Task:
    return services.create_task(by=cast.ana, title="x", assignee_id=cast.ben.pk)


def test_steps_are_added_checked_moved_and_shown_with_the_task(
    cast: Cast, task: Task, client: Client
) -> None:
    headers = bearer(cast.ben)
    steps = reverse("tasks-api:steps", args=[task.pk])
    places = [
        client.post(steps, {"text": text}, content_type="application/json", headers=headers)["Location"]
        for text in ("one", "two")
    ]
    changed = client.patch(
        places[1], {"done": True, "position": 1}, content_type="application/json", headers=headers
    ).json()
    assert (changed["text"], changed["position"], changed["done_by"]["name"]) == ("two", 1, "Ben")
    listed = client.get(steps, headers=headers).json()["results"]
    assert [(step["text"], step["done_at"] is not None) for step in listed] == [("two", True), ("one", False)]
    client.delete(places[0], headers=headers)
    whole = client.get(
        reverse("tasks-api:detail", args=[task.pk]), {"expand": "steps"}, headers=headers
    ).json()
    assert [step["text"] for step in whole["steps"]] == ["two"]


def test_time_is_noted_listed_for_those_who_may_and_removed(cast: Cast, task: Task, client: Client) -> None:
    address = reverse("tasks-api:time", args=[task.pk])
    headers = bearer(cast.ben)
    noted = {"on": str(local_day(cast.ben)), "minutes": 90, "note": "call"}
    made = client.post(address, noted, content_type="application/json", headers=headers).json()
    assert (made["member"]["name"], made["seconds"]) == ("Ben", 5400)
    seen = {
        name: len(
            client.get(address, headers=bearer(getattr(cast, name), Scope.TASKS_READ)).json()["results"]
        )
        for name in ("ben", "ana", "adam")
    }
    assert seen == {"ben": 1, "ana": 1, "adam": 0}
    entry = reverse("tasks-api:time-entry", args=[task.pk, made["id"]])
    assert client.delete(entry, headers=headers).status_code == 204


def test_a_timer_is_started_and_stopped(cast: Cast, task: Task, client: Client) -> None:
    address, headers = reverse("tasks-api:timer", args=[task.pk]), bearer(cast.ben)
    started = [client.post(address, headers=headers) for _time in range(2)]
    assert [(each.status_code, each.json()["ended_at"]) for each in started] == [(201, None), (200, None)]
    ended = client.delete(address, headers=headers)
    assert (ended.status_code, ended.json()["id"]) == (200, TimeEntry.objects.get().pk)
    assert ended.json()["ended_at"] is not None
    assert client.delete(address, headers=headers).status_code == 204, "it did not run"
