"""The REST doors to tasks."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import FeedbackItem, FeedbackTask
from people.choices import Scope
from tasks import services
from tasks.models import Task
from tests.conftest import Cast, bearer

LIST = "/api/v1/tasks/"
HUGE = 10**30


@pytest.fixture
def task(cast: Cast) -> Task:
    return services.create_task(by=cast.ana, title="Before", assignee_id=cast.ben.pk)


def send(client: Client, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
    return client.generic(
        method, path, body if isinstance(body, bytes) else _json(body), "application/json", headers=headers
    )


def _json(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()


def path_of(task: Task) -> str:
    return reverse("tasks-api:detail", args=[task.pk])


def test_a_task_is_created_read_changed_and_deleted(cast: Cast, client: Client) -> None:
    headers = bearer(cast.ben)
    created = send(client, "POST", LIST, {"title": "New", "assignee_id": cast.cleo.pk}, headers)
    assert created.status_code == 201
    assert created["ETag"] == '"v1"'
    address = created["Location"]
    read = client.get(address, headers=headers)
    assert read.json()["assignee"] == {"id": cast.cleo.pk, "name": "Cleo"}
    assert client.get(address, headers={**headers, "If-None-Match": read["ETag"]}).status_code == 304
    changed = send(
        client, "PATCH", address, {"title": "Newer", "status": "done"}, {**headers, "If-Match": read["ETag"]}
    )
    assert (changed.json()["title"], changed.json()["status"], changed["ETag"]) == ("Newer", "done", '"v2"')
    gone = client.delete(address, headers={**headers, "If-Match": changed["ETag"]})
    assert gone.status_code == 204
    assert client.get(address, headers=headers).status_code == 404


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_change_without_or_with_an_old_version_changes_nothing(
    cast: Cast, client: Client, task: Task, method: str
) -> None:
    headers = bearer(cast.ana)
    assert send(client, method, path_of(task), {"title": "After"}, headers).status_code == 428
    stale = send(client, method, path_of(task), {"title": "After"}, {**headers, "If-Match": '"v7"'})
    assert stale.status_code == 412
    task.refresh_from_db()
    assert (task.title, task.version) == ("Before", 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 301),
        ("title", None),
        ("title", ["x"]),
        ("description", "x" * 50_001),
        ("status", "finished"),
        ("priority", 9),
        ("priority", HUGE),
        ("due_on", "2026-02-30"),
        ("due_on", 20260230),
        ("estimate_minutes", -1),
        ("estimate_minutes", HUGE),
        ("assignee_id", HUGE),
        ("assignee_id", 0),
        ("team_id", "x"),
        ("goal_id", {"id": 1}),
        ("titel", "x"),
    ],
)
def test_a_wrong_field_is_a_400_with_its_pointer(
    cast: Cast, client: Client, task: Task, field: str, value: object
) -> None:
    answer = send(client, "PATCH", path_of(task), {field: value}, {**bearer(cast.ben), "If-Match": '"v1"'})
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{field}"]
    task.refresh_from_db()
    assert task.version == 1


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"{", b'{"title": "a\\u0000b"}', b"\xff"])
def test_a_body_that_is_no_task_is_a_400(cast: Cast, client: Client, body: bytes) -> None:
    assert send(client, "POST", LIST, body, bearer(cast.ben)).status_code == 400
    assert not Task.objects.exists()


@pytest.mark.parametrize("field", ["assignee_id", "team_id", "project_id", "goal_id"])
def test_rows_of_another_organization_look_exactly_like_missing_ones(
    cast: Cast, client: Client, field: str
) -> None:
    foreign = cast.dan.pk if field == "assignee_id" else _foreign_id(cast, field)
    errors = [
        send(client, "POST", LIST, {"title": "x", field: row_id}, bearer(cast.ben)).json()["errors"]
        for row_id in (foreign, 987_654_321)
    ]
    assert errors[0] == errors[1]
    assert errors[0][0]["pointer"] == f"/{field}"
    assert not Task.objects.exists()


def _foreign_id(cast: Cast, field: str) -> int:
    from datetime import date

    from goals.models import Goal
    from people.models import Team
    from tasks.models import Project

    if field == "team_id":
        return Team.objects.create(organization=cast.other, name_en="Theirs").pk
    if field == "project_id":
        return Project.objects.create(organization=cast.other, key="T", name_en="Theirs").pk
    return Goal.objects.create(
        organization=cast.other,
        name_en="Theirs",
        owner=cast.dan,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    ).pk


def test_another_organization_gets_404_and_changes_nothing(cast: Cast, client: Client, task: Task) -> None:
    headers = {**bearer(cast.dan), "If-Match": '"v1"'}
    assert client.get(LIST, headers=headers).json()["results"] == []
    assert client.get(path_of(task), headers=headers).status_code == 404
    assert send(client, "PATCH", path_of(task), {"title": "x"}, headers).status_code == 404
    assert client.delete(path_of(task), headers=headers).status_code == 404
    task.refresh_from_db()
    assert task.title == "Before"


def test_viewers_and_narrow_tokens_are_refused(cast: Cast, client: Client, task: Task) -> None:
    for headers in (bearer(cast.vera), bearer(cast.ben, Scope.TASKS_READ)):
        assert client.get(path_of(task), headers=headers).status_code == 200
        assert send(client, "POST", LIST, {"title": "x"}, headers).status_code == 403
        changing = {**headers, "If-Match": '"v1"'}
        assert send(client, "PATCH", path_of(task), {"title": "x"}, changing).status_code == 403
        assert client.delete(path_of(task), headers=changing).status_code == 403
    assert client.get(path_of(task)).status_code == 401
    assert Task.objects.get().title == "Before"


def test_a_task_with_feedback_is_not_deleted(cast: Cast, client: Client, task: Task) -> None:
    item = FeedbackItem.objects.create(organization=cast.organization, subject="Broken")
    FeedbackTask.objects.create(item=item, task=task)
    answer = client.delete(path_of(task), headers={**bearer(cast.ana), "If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "task_has_feedback")
    assert Task.objects.exists()


def test_the_same_idempotency_key_creates_one_task(cast: Cast, client: Client) -> None:
    headers = {**bearer(cast.ben), "Idempotency-Key": "abc-1"}
    answers = [send(client, "POST", LIST, {"title": "Once"}, headers) for _again in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Task.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_a_fixed_number_of_queries(cast: Cast, client: Client, count: int) -> None:
    for number in range(count):
        services.create_task(by=cast.ana, title=str(number), assignee_id=cast.ben.pk, team_id=cast.support.pk)
    headers = bearer(cast.ben)
    client.get(LIST, headers=headers)
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get(LIST, headers=headers).json()["results"]) == count
    assert len(queries) == 2


def test_pages_follow_each_other_without_gaps(cast: Cast, client: Client) -> None:
    for number in range(5):
        services.create_task(by=cast.ana, title=str(number))
    titles, address = [], f"{LIST}?limit=2"
    while address:
        page = client.get(address, headers=bearer(cast.ben)).json()
        titles += [task["title"] for task in page["results"]]
        address = page["next"]
    assert titles == ["4", "3", "2", "1", "0"]
