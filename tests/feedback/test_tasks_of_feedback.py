"""The arrow from feedback to tasks, and survey answers."""

import pytest

from common.errors import InvalidInput, NotAllowed, NotVisible
from feedback import services
from feedback.models import FeedbackTask, Response, Survey
from tasks import services as tasks
from tasks.models import Task
from tests.conftest import Cast
from tests.feedback.conftest import ago, complaint, stored_facts, verbs


def test_a_task_opened_on_feedback_is_linked_and_of_the_same_team(cast: Cast) -> None:
    item = complaint(cast.ben, team_id=cast.support.pk)
    task = services.open_task(by=cast.ben, item_id=item.pk, title="Call the carrier", assignee_id=cast.ben.pk)
    assert (task.team, task.assignee, task.title) == (cast.support, cast.ben, "Call the carrier")
    assert list(item.tasks.all()) == [task]
    assert verbs(item) == ["feedback.opened", "feedback.task_linked"]


def test_linking_a_task_twice_records_one_link_and_one_event(cast: Cast) -> None:
    item = complaint(cast.ben)
    task = tasks.create_task(by=cast.ben, title="Fix it")
    for _time in range(2):
        services.link_task(by=cast.ben, item_id=item.pk, task_id=task.pk)
    assert FeedbackTask.objects.count() == 1
    assert verbs(item).count("feedback.task_linked") == 1


def test_refused_links_leave_no_task_behind(cast: Cast) -> None:
    item = complaint(cast.ben)
    theirs = tasks.create_task(by=cast.dan, title="Theirs")
    for by, refusal in ((cast.vera, NotAllowed), (cast.dan, NotVisible)):
        with pytest.raises(refusal):
            services.open_task(by=by, item_id=item.pk, title="x")
    with pytest.raises(InvalidInput):
        services.open_task(by=cast.ben, item_id=item.pk, title=" ")
    with pytest.raises(InvalidInput):
        services.open_task(by=cast.ben, item_id=item.pk, title="x", assignee_id=cast.dan.pk)
    with pytest.raises(InvalidInput) as of_foreign:
        services.link_task(by=cast.ben, item_id=item.pk, task_id=theirs.pk)
    with pytest.raises(InvalidInput) as of_missing:
        services.link_task(by=cast.ben, item_id=item.pk, task_id=9_999_999)
    assert of_foreign.value.fields == of_missing.value.fields
    assert list(Task.objects.all()) == [theirs]
    assert not FeedbackTask.objects.exists()


def test_an_answer_counts_for_the_team_of_its_item(cast: Cast, survey: Survey) -> None:
    item = complaint(cast.ben, team_id=cast.support.pk, customer_name="Li")
    answer = services.record_response(survey=survey, score=4, item_id=item.pk, answered_at=ago(hours=1))
    assert (answer.customer, answer.team) == (item.customer, cast.support)
    [fact] = stored_facts(cast.organization, "surveys.csat_score")
    assert fact[2:5] == (ago(hours=1), 4, cast.support.pk)


def test_refused_answers_are_not_stored(cast: Cast, survey: Survey) -> None:
    theirs = complaint(cast.dan)
    for fields in (
        {"score": 0},
        {"score": 6},
        {"score": 3, "item_id": theirs.pk},
        {"score": 3, "team_id": 9_999_999},
    ):
        with pytest.raises(InvalidInput):
            services.record_response(survey=survey, **fields)
    for by, refusal in ((cast.vera, NotAllowed), (cast.dan, NotVisible)):
        with pytest.raises(refusal):
            services.record_response(survey=survey, score=3, by=by)
    assert not Response.objects.exists()
