"""Many tasks in one go: each has its own outcome, and all of it can be taken back."""

import json
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from tasks import services
from tasks.models import Task
from tasks.services import Chosen
from tests.conftest import Cast, sign_in

ADDRESS = "/tasks/changes/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def pair(cast: Cast) -> list[Task]:
    return [services.create_task(by=cast.ana, title=f"Task {number}") for number in (1, 2)]


def chosen(tasks: list[Task]) -> list[str]:
    return [f"{task.pk}:{task.version}" for task in tasks]


def undo_rows(client: Client) -> list[str]:
    rows: list[str] = client.session["tasks.undo"]["rows"]
    return rows


def now(tasks: list[Task]) -> list[tuple[object, ...]]:
    for task in tasks:
        task.refresh_from_db()
    return [(task.status, task.due_on, task.assignee_id) for task in tasks]


def test_every_task_has_its_own_outcome(cast: Cast, pair: list[Task]) -> None:
    stale, fresh = pair
    services.edit_task(by=cast.ana, task_id=stale.pk, version=1, title="Changed")
    wanted = [Chosen(each, 1, {"status": "done"}) for each in (fresh.pk, stale.pk, 999_999_999)]
    refused, done, missing = services.change_many(by=cast.ben, chosen=wanted)
    assert (done.task_id, done.was) == (fresh.pk, {"status": "todo"})
    assert isinstance(refused.refusal, StaleVersion)
    assert isinstance(missing.refusal, NotVisible)
    assert [status for status, *_rest in now([stale, fresh])] == ["todo", "done"]


def test_a_viewer_and_too_many_are_refused_as_a_whole(cast: Cast, pair: list[Task]) -> None:
    wanted = [Chosen(task.pk, 1, {"status": "done"}) for task in pair]
    with pytest.raises(NotAllowed):
        services.change_many(by=cast.vera, chosen=wanted)
    with pytest.raises(InvalidInput):
        services.change_many(by=cast.ben, chosen=wanted * 101)
    assert [status for status, *_rest in now(pair)] == ["todo", "todo"]


def test_chosen_tasks_change_in_words_and_back(cast: Cast, pair: list[Task]) -> None:
    client = sign_in(cast.ben)
    typed = {"task": chosen(pair), "status": "in_progress", "due": "2030-03-04", "assignee": "me"}
    client.post(ADDRESS, {**typed, "next": "/work/"})
    assert now(pair) == [("in_progress", date(2030, 3, 4), cast.ben.pk)] * 2
    rows = undo_rows(client)
    page = client.get("/work/").content.decode()
    assert page.count('name="task" value="[') == 2
    client.post(ADDRESS, {"task": rows, "undo": "1"})
    assert now(pair) == [("todo", None, None)] * 2
    client.post(ADDRESS, {"task": chosen(pair), "due": "-", "assignee": "-", "next": "/tasks/"})
    assert now(pair) == [("todo", None, None)] * 2


def test_a_status_that_is_taken_back_was_never_there(cast: Cast, pair: list[Task]) -> None:
    client = sign_in(cast.ben)
    client.post(ADDRESS, {"task": chosen(pair), "status": "done"})
    client.post(ADDRESS, {"task": undo_rows(client), "undo": "1"})
    assert [task.transitions.count() for task in pair] == [1, 1]
    assert [status for status, *_rest in now(pair)] == ["todo", "todo"]


def test_the_answer_names_the_refused_ones_and_why(cast: Cast, pair: list[Task]) -> None:
    services.edit_task(by=cast.ana, task_id=pair[0].pk, version=1, title="Changed")
    client = sign_in(cast.ben)
    answer = client.post(
        ADDRESS, {"task": chosen(pair), "status": "done", "next": "/tasks/"}, headers=HTMX, follow=True
    ).content.decode()
    assert "1 task changed." in answer
    assert f"#{pair[0].pk}: Somebody changed this in the meantime." in answer
    assert answer.count('name="undo"') == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"status": "done"}, "Choose tasks first."),
        ({"task": "1:1"}, "Say what shall change"),
        ({"task": "1:1", "due": "soonish"}, "“soonish” is no day."),
        ({"task": "1:1", "assignee": "Zeus"}, "Nothing here is called “Zeus”."),
        ({"task": "one", "status": "done"}, "Some of the input is wrong"),
        ({"task": "[1]", "undo": "1"}, "Some of the input is wrong"),
        ({"task": json.dumps([1, 1, {"due_on": "never"}]), "undo": "1"}, "Some of the input is wrong"),
    ],
)
def test_what_cannot_be_understood_is_refused(cast: Cast, typed: dict[str, str], sentence: str) -> None:
    answer = sign_in(cast.ben).post(ADDRESS, typed, headers=HTMX)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_a_row_is_chosen_on_the_list_the_table_and_my_work(cast: Cast) -> None:
    task = services.create_task(by=cast.ana, title="Mine", assignee_id=cast.ben.pk)
    client, viewer = sign_in(cast.ben), sign_in(cast.vera)
    for address in (reverse("tasks:list"), reverse("tasks:list") + "?view=table", reverse("home:work")):
        page = client.get(address).content.decode()
        assert f'name="task" value="{task.pk}:1" form="many"' in page
        assert f'action="{ADDRESS}"' in page
        assert ADDRESS not in viewer.get(address).content.decode()
    row = client.post(f"/tasks/{task.pk}/status/", {"status": "done", "pick": "1"}, headers=HTMX)
    assert f'value="{task.pk}:2" form="many"' in row.content.decode()


def test_what_cannot_be_understood_is_asked_again_with_all_that_was_chosen(
    cast: Cast, pair: list[Task]
) -> None:
    client = sign_in(cast.ana)
    typed = {"task": chosen(pair), "status": "done", "due": "someday", "assignee": "me", "next": "/work/"}
    answer = client.post(ADDRESS, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for row in chosen(pair):
        assert f'name="task" value="{row}"' in page
    for kept in (
        'value="someday"',
        'value="me"',
        '<option value="done" selected',
        'name="next" value="/work/"',
    ):
        assert kept in page
    assert "“someday” is no day" in page
    nothing = client.post(ADDRESS, {"task": chosen(pair), "status": "", "due": "", "assignee": ""})
    assert "Say what shall change" in nothing.content.decode()
    assert client.post(ADDRESS, typed, headers=HTMX).status_code == 400, (
        "a toast says it beside what was typed"
    )


def test_where_nothing_had_to_change_there_is_nothing_to_undo(cast: Cast, pair: list[Task]) -> None:
    client = sign_in(cast.ana)
    answer = client.post(ADDRESS, {"task": chosen(pair), "status": "todo", "next": "/tasks/"}, follow=True)
    page = answer.content.decode()
    assert "the chosen tasks are like that already" in page
    assert 'name="undo"' not in page
