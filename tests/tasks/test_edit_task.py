"""Editing a task."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from activity.models import Event
from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from people.models import Membership
from tasks import services
from tasks.models import Task
from tests.conftest import Cast, create_cast


@pytest.fixture
def task(cast: Cast) -> Task:
    return services.create_task(by=cast.ana, title="Before")


def test_an_edit_changes_what_is_given_and_records_which_fields(cast: Cast, task: Task) -> None:
    edited = services.edit_task(by=cast.ben, task_id=task.pk, version=1, title="After", priority=1)
    assert (edited.title, edited.priority, edited.version, edited.description) == ("After", 1, 2, "")
    assert Event.objects.get(verb="task.edited").facts == {"fields": "priority,title"}
    assert task.transitions.count() == 1


def test_the_same_edit_twice_records_one_event(cast: Cast, task: Task) -> None:
    for version in (1, 2):
        services.edit_task(by=cast.ben, task_id=task.pk, version=version, title="After")
    assert Event.objects.filter(verb="task.edited").count() == 1
    task.refresh_from_db()
    assert task.version == 2


def test_a_new_assignee_is_a_step_of_the_history(cast: Cast, task: Task) -> None:
    services.edit_task(by=cast.ana, task_id=task.pk, version=1, assignee_id=cast.ben.pk)
    step = task.transitions.last()
    assert (step.assignee, step.status, step.by) == (cast.ben, "todo", cast.ana)
    assert Event.objects.get(verb="task.edited").facts == {
        "fields": "assignee_id",
        "assignee_id": cast.ben.pk,
    }


def test_refused_edits_change_nothing(cast: Cast, task: Task) -> None:
    with pytest.raises(NotAllowed):
        services.edit_task(by=cast.vera, task_id=task.pk, version=1, title="After")
    with pytest.raises(NotVisible):
        services.edit_task(by=cast.dan, task_id=task.pk, version=1, title="After")
    with pytest.raises(StaleVersion):
        services.edit_task(by=cast.ben, task_id=task.pk, version=9, title="After")
    with pytest.raises(InvalidInput):
        services.edit_task(by=cast.ben, task_id=task.pk, version=1, title="After", assignee_id=cast.dan.pk)
    with pytest.raises(InvalidInput):
        services.edit_task(by=cast.ben, task_id=task.pk, version=1, title=" ", priority=17)
    task.refresh_from_db()
    assert (task.title, task.version) == ("Before", 1)
    assert not Event.objects.filter(verb="task.edited").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_change_the_same_version_one_is_told() -> None:
    cast = create_cast()
    task = services.create_task(by=cast.ana, title="Before")
    start = Barrier(2)

    def edit(by: Membership) -> str:
        try:
            start.wait(10)
            return services.edit_task(by=by, task_id=task.pk, version=1, title=str(by.pk)).title
        except StaleVersion:
            return "stale"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcomes = set(pool.map(edit, [cast.ana, cast.ben]))
    task.refresh_from_db()
    assert outcomes == {"stale", task.title}
    assert task.version == 2
    assert Event.objects.filter(verb="task.edited").count() == 1
