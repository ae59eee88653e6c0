"""The pages of tasks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.models import Event
from tasks import services
from tasks.models import Task
from tasks.selectors import local_day
from tests.conftest import Cast, bearer, sign_in

HTMX = {"HX-Request": "true"}


@pytest.fixture
def task(cast: Cast) -> Task:
    return services.create_task(
        by=cast.ana, title="Mend <the> door", assignee_id=cast.ben.pk, team_id=cast.support.pk
    )


def typed(task: Task, **fields: object) -> dict[str, object]:
    return {"title": task.title, "priority": task.priority, "version": task.version, **fields}


def test_a_fresh_list_says_the_next_step(cast: Cast) -> None:
    page = sign_in(cast.ben).get(reverse("tasks:list")).content.decode()
    assert "No open tasks" in page
    assert reverse("tasks:create") in page
    assert reverse("tasks:create") not in sign_in(cast.vera).get(reverse("tasks:list")).content.decode()


def test_the_list_answers_a_page_or_only_its_rows(cast: Cast, task: Task) -> None:
    client = sign_in(cast.ben)
    page = client.get(reverse("tasks:list")).content.decode()
    rows = client.get(reverse("tasks:list"), headers=HTMX).content.decode()
    assert "<html" in page
    assert "<html" not in rows
    for answer in (page, rows):
        assert "Mend &lt;the&gt; door" in answer


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_and_the_detail_cost_a_fixed_number_of_queries(cast: Cast, count: int) -> None:
    for number in range(count):
        task = services.create_task(
            by=cast.ana,
            title=f"Task {number}",
            assignee_id=[cast.ana, cast.ben, cast.cleo][number].pk,
            team_id=cast.support.pk,
        )
        services.change_status(by=cast.ben, task_id=task.pk, status="in_progress")
    client = sign_in(cast.ben)
    with CaptureQueriesContext(connection) as listing:
        assert client.get(reverse("tasks:list")).status_code == 200
    with CaptureQueriesContext(connection) as detail:
        assert client.get(reverse("tasks:detail", args=[task.pk])).status_code == 200
    assert (len(listing), len(detail)) == (7, 10)


def test_a_status_changed_in_place_answers_with_the_row_and_an_undo(cast: Cast, task: Task) -> None:
    client = sign_in(cast.ben)
    address = reverse("tasks:status", args=[task.pk])
    row = client.post(address, {"status": "done", "version": 1}, headers=HTMX)
    assert row.status_code == 200
    assert f'id="task-{task.pk}"' in row.content.decode()
    assert 'name="undo"' in row.content.decode()
    task.refresh_from_db()
    assert (task.status, task.version) == ("done", 2)
    client.post(address, {"status": "todo", "version": 2, "undo": "1"}, headers=HTMX)
    task.refresh_from_db()
    assert (task.status, task.transitions.count()) == ("todo", 1)


def test_a_status_changed_without_javascript_leads_back_and_offers_the_undo_once(
    cast: Cast, task: Task
) -> None:
    client = sign_in(cast.ben)
    answer = client.post(
        reverse("tasks:status", args=[task.pk]),
        {"status": "waiting", "version": 1, "next": "/tasks/?q=door"},
    )
    assert (answer.status_code, answer["Location"]) == (302, "/tasks/?q=door")
    assert 'name="undo"' in client.get("/tasks/?q=door").content.decode()
    assert 'name="undo"' not in client.get("/tasks/?q=door").content.decode()


def test_a_status_form_never_leads_to_another_site(cast: Cast, task: Task) -> None:
    answer = sign_in(cast.ben).post(
        reverse("tasks:status", args=[task.pk]), {"status": "done", "next": "https://evil.test/"}
    )
    assert answer["Location"] == reverse("tasks:detail", args=[task.pk])


def test_page_and_api_change_a_status_to_the_same_end(cast: Cast, client: Client) -> None:
    ends = []
    for door in ("page", "api"):
        task = services.create_task(by=cast.ana, title="Same", assignee_id=cast.ben.pk)
        if door == "page":
            sign_in(cast.ben).post(
                reverse("tasks:status", args=[task.pk]), {"status": "done", "version": task.version}
            )
        else:
            client.patch(
                reverse("tasks-api:detail", args=[task.pk]),
                {"status": "done"},
                content_type="application/json",
                headers={**bearer(cast.ben), "If-Match": '"v1"'},
            )
        task.refresh_from_db()
        event = Event.objects.filter(subject_id=task.pk).latest("id")
        ends.append(
            (
                task.status,
                task.version,
                task.closed_at is not None,
                [(step.status, step.assignee_id, step.by_id) for step in task.transitions.all()],
                (event.verb, event.facts, event.actor_id),
            )
        )
    assert ends[0] == ends[1]
    assert ends[0][0] == "done"


def test_a_stale_status_shows_the_row_as_it_is_now(cast: Cast, task: Task) -> None:
    services.change_status(by=cast.ana, task_id=task.pk, status="waiting")
    row = sign_in(cast.ben).post(
        reverse("tasks:status", args=[task.pk]), {"status": "done", "version": 1}, headers=HTMX
    )
    assert row.status_code == 412
    assert 'value="waiting" selected' in row.content.decode()
    assert "Somebody changed this" in row.content.decode()
    task.refresh_from_db()
    assert task.status == "waiting"


def test_a_task_is_created_from_the_form(cast: Cast) -> None:
    day = local_day(cast.ben) + timedelta(days=3)
    answer = sign_in(cast.ben).post(
        reverse("tasks:create"),
        {"title": "New", "priority": 2, "due_on": day.isoformat(), "assignee": cast.cleo.pk},
    )
    task = Task.objects.get()
    assert answer["Location"] == reverse("tasks:detail", args=[task.pk])
    assert (task.title, task.priority, task.due_on, task.assignee) == ("New", 2, day, cast.cleo)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "a\x00b"},
        {"title": "x" * 301},
        {"title": " "},
        {"due_on": "31.31.2026"},
        {"priority": "9" * 40},
        {"estimate_minutes": "9" * 40},
        {"goal": "9" * 40},
        {"goal": "none\x00"},
    ],
)
def test_wrong_input_comes_back_with_the_form(cast: Cast, wrong: dict[str, str]) -> None:
    answer = sign_in(cast.ben).post(reverse("tasks:create"), {"title": "New", "priority": 3, **wrong})
    assert answer.status_code == 400
    assert "data-invalid" in answer.content.decode()
    assert not Task.objects.exists()


def test_a_form_refuses_people_of_another_organization(cast: Cast, task: Task) -> None:
    client = sign_in(cast.ben)
    for address in (reverse("tasks:create"), reverse("tasks:edit", args=[task.pk])):
        assert client.post(address, typed(task, assignee=cast.dan.pk)).status_code == 400
    assert "Dan" not in client.get(reverse("tasks:create")).content.decode()
    task.refresh_from_db()
    assert (task.assignee, Task.objects.count()) == (cast.ben, 1)


def test_a_stale_edit_keeps_what_was_typed_and_says_what_changed(cast: Cast, task: Task) -> None:
    services.edit_task(by=cast.ana, task_id=task.pk, version=1, title="Mend the window")
    client = sign_in(cast.ben)
    answer = client.post(reverse("tasks:edit", args=[task.pk]), typed(task, title="Mend the gate"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ana changed this while you were editing." in page
    assert "Mend the <mark>window</mark>" in page
    assert 'value="Mend the gate"' in page
    task.refresh_from_db()
    assert task.title == "Mend the window"
    assert 'name="version" value="2"' in page
    client.post(reverse("tasks:edit", args=[task.pk]), typed(task, title="Mend the gate"))
    task.refresh_from_db()
    assert (task.title, task.version) == ("Mend the gate", 3)


def test_an_edit_without_a_version_is_not_saved_blindly(cast: Cast, task: Task) -> None:
    answer = sign_in(cast.ben).post(
        reverse("tasks:edit", args=[task.pk]), typed(task, title="Other", version="")
    )
    assert answer.status_code == 409
    task.refresh_from_db()
    assert task.title == "Mend <the> door"


def test_viewers_read_and_change_nothing(cast: Cast, task: Task) -> None:
    client = sign_in(cast.vera)
    assert client.get(reverse("tasks:detail", args=[task.pk])).status_code == 200
    assert client.get(reverse("tasks:create")).status_code == 403
    assert client.get(reverse("tasks:edit", args=[task.pk])).status_code == 403
    assert client.post(reverse("tasks:edit", args=[task.pk]), typed(task, title="x")).status_code == 403
    assert client.post(reverse("tasks:status", args=[task.pk]), {"status": "done"}).status_code == 403
    assert client.post(reverse("tasks:create"), {"title": "x", "priority": 3}).status_code == 403
    task.refresh_from_db()
    assert (task.title, task.status, Task.objects.count()) == ("Mend <the> door", "todo", 1)


def test_another_organization_finds_nothing(cast: Cast, task: Task) -> None:
    client = sign_in(cast.dan)
    assert "Mend" not in client.get(reverse("tasks:list")).content.decode()
    for name in ("detail", "edit"):
        assert client.get(reverse(f"tasks:{name}", args=[task.pk])).status_code == 404
    assert client.post(reverse("tasks:edit", args=[task.pk]), typed(task)).status_code == 404
    assert client.post(reverse("tasks:status", args=[task.pk]), {"status": "done"}).status_code == 404
    assert client.get("/tasks/99999999999999999999999999/").status_code == 404


def test_the_detail_shows_who_held_the_task_when(cast: Cast, task: Task) -> None:
    services.edit_task(by=cast.ana, task_id=task.pk, version=1, assignee_id=cast.cleo.pk)
    page = sign_in(cast.ben).get(reverse("tasks:detail", args=[task.pk])).content.decode()
    assert page.index("given to Cleo") < page.index("given to Ben")
