"""Narrowing the list of tasks, in page and API."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tasks import services
from tasks.selectors import local_day, overdue_tasks
from tests.conftest import Cast, bearer, sign_in


@pytest.fixture
def day(cast: Cast) -> date:
    return local_day(cast.ana)


@pytest.fixture(autouse=True)
def _tasks(cast: Cast, day: date) -> None:
    yesterday, tomorrow = day - timedelta(days=1), day + timedelta(days=1)
    services.create_task(by=cast.ana, title="late", due_on=yesterday, assignee_id=cast.ben.pk, priority=1)
    services.create_task(by=cast.ana, title="today", due_on=day, assignee_id=cast.ana.pk)
    services.create_task(by=cast.ana, title="soon", due_on=tomorrow, team_id=cast.support.pk)
    finished = services.create_task(by=cast.ana, title="finished", due_on=yesterday, description="50% off_")
    services.change_status(by=cast.ana, task_id=finished.pk, status="done")


CASES = [
    ("overdue=true", {"late"}),
    ("state=closed", {"finished"}),
    ("state=open", {"late", "today", "soon"}),
    ("status=done", {"finished"}),
    ("assignee=me", {"late"}),
    ("assignee=none&state=open", {"soon"}),
    ("team={support}", {"soon"}),
    ("priority=1", {"late"}),
    ("due_after={today}&due_before={today}", {"today"}),
    ("q=0%25+off_&status=done", {"finished"}),
    ("q=o_f&status=done", set()),
    ("q=LATE", {"late"}),
]


@pytest.mark.parametrize(("query", "titles"), CASES)
def test_page_and_api_find_the_same_tasks(
    cast: Cast, day: date, client: Client, query: str, titles: set[str]
) -> None:
    query = query.format(support=cast.support.pk, today=day.isoformat())
    answer = client.get(f"{reverse('tasks-api:list')}?{query}", headers=bearer(cast.ben)).json()
    assert {task["title"] for task in answer["results"]} == titles
    page = sign_in(cast.ben).get(f"{reverse('tasks:list')}?{query}")
    assert {task.title for task in page.context["tasks"]} == titles


def test_the_filter_form_as_it_stands_narrows_nothing(cast: Cast) -> None:
    form = sign_in(cast.ben).get(reverse("tasks:list")).context["filter"].form
    sent = {field.name: field.value() or "" for field in form}
    again = sign_in(cast.ben).get(reverse("tasks:list"), sent)
    assert [task.title for task in again.context["tasks"]] == ["late", "today", "soon"]
    first_choices = {
        name: next(iter(field.choices))[0]
        for name, field in form.fields.items()
        if hasattr(field, "choices") and name not in ("state", "order")
    }
    assert set(first_choices.values()) == {""}


def test_the_address_keeps_only_what_the_filter_says(cast: Cast) -> None:
    client = sign_in(cast.ben)
    sent = {"q": "late", "state": "open", "order": "due", "team": "", "priority": ""}
    answer = client.get(reverse("tasks:list"), sent, headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"] == "/tasks/?q=late"
    plain = client.get(reverse("tasks:list"), {"state": "open", "team": ""})
    assert [is_current for _href, _label, is_current in plain.context["views"]] == [True, False, False, False]
    assert not plain.context["is_filtered"]


def test_the_address_keeps_a_state_that_the_status_would_widen(cast: Cast) -> None:
    sent = {"status": "done", "state": "open", "order": "due"}
    answer = sign_in(cast.ben).get(reverse("tasks:list"), sent, headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"] == "/tasks/?status=done&state=open"


def test_the_page_starts_with_open_tasks_by_due_day(cast: Cast) -> None:
    page = sign_in(cast.ben).get(reverse("tasks:list"))
    assert [task.title for task in page.context["tasks"]] == ["late", "today", "soon"]


@pytest.mark.parametrize(
    "query",
    [
        "assignee={dan}",
        "team=999999",
        "status=nope",
        "due_after=yesterday",
        "priority=" + "9" * 60,
        "team=1e3",
    ],
)
def test_a_wrong_filter_is_refused_by_the_api_and_named_on_the_page(
    cast: Cast, client: Client, query: str
) -> None:
    query = query.format(dan=cast.dan.pk)
    answer = client.get(f"{reverse('tasks-api:list')}?{query}", headers=bearer(cast.ben))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == f"/{query.partition('=')[0]}"
    page = sign_in(cast.ben).get(f"{reverse('tasks:list')}?{query}")
    assert page.status_code == 200
    assert "data-invalid" in page.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 5000, "3"])
def test_any_page_number_gets_an_answer(cast: Cast, page: str) -> None:
    assert sign_in(cast.ben).get(f"{reverse('tasks:list')}?page={page}").status_code == 200


@pytest.mark.parametrize("shape", ["", "&view=table"])
def test_a_page_behind_the_last_one_is_the_first(cast: Cast, shape: str) -> None:
    services.create_task(by=cast.ben, title="The only one")
    page = sign_in(cast.ben).get(f"{reverse('tasks:list')}?page=3{shape}")
    assert "The only one" in {task.title for task in page.context["tasks"]}
    assert not page.context["previous_url"]


def test_overdue_tasks_are_the_open_ones_past_due_of_ones_organization(cast: Cast) -> None:
    assert [task.title for task in overdue_tasks(cast.ben, 5)] == ["late"]
    assert overdue_tasks(cast.dan, 5) == []
