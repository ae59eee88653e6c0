"""Two people edit one row: each field tells who changed it, and the second to save says what to keep."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from tasks import services
from tasks.models import Task
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(cast: Cast) -> Task:
    """A task of ben's, open in his browser since version 1."""
    return services.create_task(
        by=cast.ana, title="Mend the door", description="It creaks.\nBadly.", assignee_id=cast.ben.pk
    )


@pytest.fixture
def ben(cast: Cast) -> Client:
    """His browser."""
    return sign_in(cast.ben)


def opened(ben: Client, task: Task) -> dict[str, Any]:
    """What the form holds when it is opened."""
    form = ben.get(f"/tasks/{task.pk}/edit/").context["form"]
    fields = {field.html_name: field.value() for field in form}
    base = re.search('value="(.*)">', form.base)
    assert base is not None
    said = base[1].replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
    assert json.loads(said)["title"] == task.title
    return {**{name: "" if value is None else value for name, value in fields.items()}, "_base": said}


def test_only_what_somebody_else_changed_is_asked_about(cast: Cast, ben: Client, task: Task) -> None:
    typed = opened(ben, task) | {"description": "It creaks.\r\nA lot.", "priority": 1}
    services.edit_task(by=cast.ana, task_id=task.pk, version=1, title="Mend the gate", description="Oil it.")
    answer = ben.post(f"/tasks/{task.pk}/edit/", typed)
    assert answer.status_code == 409
    # He never touched the title: theirs is taken over. Both wrote a description. The priority is his alone.
    assert [(each.label, each.choice) for each in answer.context["differences"]] == [
        ("Title", ""),
        ("Description", "_keep_description"),
    ]
    form = answer.context["form"]
    assert [form[name].value() for name in ("title", "description", "priority", "version")] == [
        "Mend the gate",
        typed["description"],
        "1",
        "2",
    ]
    assert 'name="_keep_description" value="mine" checked' in answer.content.decode()


def test_what_was_chosen_is_what_is_stored(cast: Cast, ben: Client, task: Task) -> None:
    typed = opened(ben, task) | {"description": "Mine.", "priority": 1}
    services.edit_task(by=cast.ana, task_id=task.pk, version=1, title="Mend the gate", description="Theirs.")
    chosen = {"_keep_title": "theirs", "_keep_description": "theirs", "version": 2}
    assert ben.post(f"/tasks/{task.pk}/edit/", typed | chosen).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.description, task.priority) == ("Mend the gate", "Theirs.", 1)


def test_links_and_days_can_be_taken_from_the_other(cast: Cast, ben: Client, task: Task) -> None:
    typed = opened(ben, task)
    services.edit_task(by=cast.ana, task_id=task.pk, version=1, due_on="2030-01-02", assignee_id=cast.ana.pk)
    typed |= {"title": "Mend it", "_keep_due_on": "theirs", "_keep_assignee": "theirs", "version": 2}
    assert sign_in(cast.ana).post(f"/tasks/{task.pk}/edit/", typed).status_code == 302
    task.refresh_from_db()
    assert (task.title, str(task.due_on), task.assignee) == ("Mend it", "2030-01-02", cast.ana)


def test_a_page_that_does_not_say_how_it_began_keeps_what_was_typed(
    cast: Cast, ben: Client, task: Task
) -> None:
    typed = opened(ben, task) | {"title": "Mine"}
    services.edit_task(by=cast.ana, task_id=task.pk, version=1, title="Theirs")
    for base in ("", "no json", '["a list"]'):
        answer = ben.post(f"/tasks/{task.pk}/edit/", typed | {"_base": base})
        assert [(each.label, each.choice) for each in answer.context["differences"]] == [
            ("Title", "_keep_title")
        ]


def test_changes_of_different_fields_need_no_choice_between_them(cast: Cast, ben: Client, task: Task) -> None:
    typed = opened(ben, task) | {"title": "Mine"}
    services.change_status(by=cast.ana, task_id=task.pk, status="in_progress")
    answer = ben.post(f"/tasks/{task.pk}/edit/", typed)
    assert (answer.status_code, answer.context["differences"]) == (409, [])
    assert "None of it touches what you typed" in answer.content.decode()
