"""Deleting a task."""

import pytest

from activity.models import Event
from common.errors import NotAllowed, NotVisible, StaleVersion
from feedback.models import FeedbackItem, FeedbackTask
from tasks import services
from tasks.errors import TaskHasFeedback
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.facts import stored_facts


@pytest.fixture
def task(cast: Cast) -> Task:
    return services.create_task(by=cast.ben, title="A mistake")


def test_a_deleted_task_leaves_an_event_and_no_facts(cast: Cast, task: Task) -> None:
    services.delete_task(by=cast.ben, task_id=task.pk, version=1)
    assert not Task.objects.exists()
    assert stored_facts(cast.organization) == []
    assert Event.objects.get(verb="task.deleted").subject_id == task.pk


def test_deleting_twice_finds_nothing_the_second_time(cast: Cast, task: Task) -> None:
    services.delete_task(by=cast.ana, task_id=task.pk, version=None)
    with pytest.raises(NotVisible):
        services.delete_task(by=cast.ana, task_id=task.pk, version=None)
    assert Event.objects.filter(verb="task.deleted").count() == 1


def test_only_managers_and_the_creator_may_delete(cast: Cast, task: Task) -> None:
    for by in (cast.cleo, cast.vera):
        with pytest.raises(NotAllowed):
            services.delete_task(by=by, task_id=task.pk, version=1)
    with pytest.raises(NotVisible):
        services.delete_task(by=cast.dan, task_id=task.pk, version=1)
    assert Task.objects.filter(pk=task.pk).exists()


def test_an_old_version_deletes_nothing(cast: Cast, task: Task) -> None:
    services.edit_task(by=cast.ana, task_id=task.pk, version=1, title="Not a mistake")
    with pytest.raises(StaleVersion):
        services.delete_task(by=cast.ben, task_id=task.pk, version=1)
    assert Task.objects.filter(pk=task.pk).exists()


def test_a_task_that_answers_a_customer_stays(cast: Cast, task: Task) -> None:
    item = FeedbackItem.objects.create(organization=cast.organization, subject="Broken")
    FeedbackTask.objects.create(item=item, task=task)
    with pytest.raises(TaskHasFeedback):
        services.delete_task(by=cast.ana, task_id=task.pk, version=1)
    assert Task.objects.filter(pk=task.pk).exists()
    assert stored_facts(cast.organization) != []
