"""Changing the status of a task."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.models import Event
from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from tasks import services
from tasks.choices import Status
from tasks.errors import TooLateToUndo
from tasks.models import Task, Transition
from tests.conftest import Cast
from tests.tasks.facts import stored_facts, values_of


@pytest.fixture
def task(cast: Cast) -> Task:
    return services.create_task(by=cast.ana, title="Fix it", assignee_id=cast.ben.pk, team_id=cast.support.pk)


def test_finishing_a_task_closes_it_and_leaves_the_backlog(cast: Cast, task: Task) -> None:
    done = services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE, version=1)
    assert (done.status, done.version, done.closed_at) == (Status.DONE, 2, done.transitions.last().at)
    assert values_of(cast.organization, "tasks.completed") == [1]
    assert values_of(cast.organization, "tasks.backlog") == [1, -1]
    event = Event.objects.get(verb="task.status_changed")
    assert event.facts == {"was": "todo", "now": "done"}


def test_the_same_status_twice_records_one_event_and_one_step(cast: Cast, task: Task) -> None:
    for _again in range(2):
        services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE)
    assert Event.objects.filter(verb="task.status_changed").count() == 1
    assert task.transitions.count() == 2
    task.refresh_from_db()
    assert task.version == 2


def test_reopening_takes_the_completion_back(cast: Cast, task: Task) -> None:
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE)
    reopened = services.change_status(by=cast.ben, task_id=task.pk, status=Status.IN_PROGRESS)
    assert reopened.closed_at is None
    assert values_of(cast.organization, "tasks.completed") == []
    assert values_of(cast.organization, "tasks.cycle_seconds") == []
    assert values_of(cast.organization, "tasks.backlog") == [1, -1, 1]


def test_a_cancelled_task_leaves_the_backlog_without_counting_as_completed(cast: Cast, task: Task) -> None:
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.CANCELLED)
    assert values_of(cast.organization, "tasks.completed") == []
    assert sum(values_of(cast.organization, "tasks.backlog")) == 0


def test_a_viewer_changes_nothing(cast: Cast, task: Task) -> None:
    with pytest.raises(NotAllowed):
        services.change_status(by=cast.vera, task_id=task.pk, status=Status.DONE)
    task.refresh_from_db()
    assert (task.status, task.version, task.transitions.count()) == (Status.TODO, 1, 1)


def test_another_organization_sees_no_such_task(cast: Cast, task: Task) -> None:
    with pytest.raises(NotVisible):
        services.change_status(by=cast.dan, task_id=task.pk, status=Status.DONE)


def test_an_old_version_changes_nothing(cast: Cast, task: Task) -> None:
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.WAITING, version=1)
    with pytest.raises(StaleVersion):
        services.change_status(by=cast.ana, task_id=task.pk, status=Status.DONE, version=1)
    task.refresh_from_db()
    assert (task.status, task.version) == (Status.WAITING, 2)


def test_an_unknown_status_and_a_time_before_the_last_step_are_refused(cast: Cast, task: Task) -> None:
    with pytest.raises(InvalidInput):
        services.change_status(by=cast.ben, task_id=task.pk, status="finished")
    with pytest.raises(InvalidInput):
        services.change_status(
            by=cast.ben, task_id=task.pk, status=Status.DONE, at=task.opened_at - timedelta(seconds=1)
        )
    assert Transition.objects.filter(task=task).count() == 1


def test_undoing_a_mistaken_reopening_keeps_the_day_the_task_was_done(cast: Cast, task: Task) -> None:
    done_at = task.opened_at + timedelta(milliseconds=1)
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE, at=done_at)
    before = stored_facts(cast.organization)
    mistaken = services.change_status(by=cast.ben, task_id=task.pk, status=Status.TODO)
    assert stored_facts(cast.organization) != before
    undone = services.undo_status_change(by=cast.ben, task_id=task.pk, version=mistaken.version)
    assert (undone.status, undone.closed_at, undone.version) == (Status.DONE, done_at, 4)
    assert stored_facts(cast.organization) == before
    assert Event.objects.filter(verb="task.status_changed").count() == 3


def test_undoing_twice_takes_back_one_change(cast: Cast, task: Task) -> None:
    changed = services.change_status(by=cast.ben, task_id=task.pk, status=Status.WAITING)
    services.undo_status_change(by=cast.ben, task_id=task.pk, version=changed.version)
    with pytest.raises(StaleVersion):
        services.undo_status_change(by=cast.ben, task_id=task.pk, version=changed.version)
    assert task.transitions.count() == 1


def test_only_ones_own_latest_and_recent_change_can_be_undone(cast: Cast, task: Task) -> None:
    with pytest.raises(TooLateToUndo):
        services.undo_status_change(by=cast.ana, task_id=task.pk, version=1)
    changed = services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE)
    with pytest.raises(TooLateToUndo):
        services.undo_status_change(by=cast.ana, task_id=task.pk, version=changed.version)
    task.transitions.update(at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(TooLateToUndo):
        services.undo_status_change(by=cast.ben, task_id=task.pk, version=changed.version)
    task.refresh_from_db()
    assert task.status == Status.DONE
