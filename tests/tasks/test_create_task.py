"""Opening a task."""

from datetime import date

import pytest

from activity.models import Event
from common.errors import InvalidInput, NotAllowed
from tasks import services
from tasks.choices import Status
from tasks.models import Project, Task
from tests.conftest import Cast
from tests.tasks.facts import stored_facts, values_of


def test_a_new_task_has_its_first_step_its_facts_and_one_event(cast: Cast) -> None:
    task = services.create_task(
        by=cast.ben,
        title=" Call the printer people ",
        due_on=date(2026, 12, 1),
        assignee_id=cast.cleo.pk,
        team_id=cast.field.pk,
    )
    assert task.title == "Call the printer people"
    step = task.transitions.get()
    assert (step.status, step.at, step.assignee, step.team, step.by) == (
        Status.TODO,
        task.opened_at,
        cast.cleo,
        cast.field,
        cast.ben,
    )
    event = Event.objects.get(verb="task.created")
    assert (event.subject_id, event.actor) == (task.pk, cast.ben)
    assert values_of(cast.organization, "tasks.opened") == [1]
    assert values_of(cast.organization, "tasks.backlog") == [1]
    assert {fact[4:] for fact in stored_facts(cast.organization)} == {(cast.field.pk, cast.cleo.pk)}


def test_a_viewer_creates_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.create_task(by=cast.vera, title="x")
    assert not Task.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("title", ["", "   ", "x" * 301])
def test_a_blank_or_too_long_title_is_refused(cast: Cast, title: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.create_task(by=cast.ben, title=title)
    assert list(refused.value.fields) == ["title"]
    assert not Task.objects.exists()


def test_a_description_without_end_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.create_task(by=cast.ben, title="x", description="x" * 50_001)
    assert list(refused.value.fields) == ["description"]


def test_links_to_another_organization_are_refused_in_the_words_for_missing_rows(cast: Cast) -> None:
    foreign = Project.objects.create(organization=cast.other, key="X", name_en="Theirs")
    sentences = []
    for links in (
        {"assignee_id": cast.dan.pk, "project_id": foreign.pk},
        {"assignee_id": 987_654_321, "project_id": 987_654_321},
    ):
        with pytest.raises(InvalidInput) as refused:
            services.create_task(by=cast.ben, title="x", **links)
        sentences.append(refused.value.fields)
    assert sentences[0] == sentences[1]
    assert set(sentences[0]) == {"assignee_id", "project_id"}
    assert not Task.objects.exists()


def test_somebody_who_left_gets_no_new_task(cast: Cast) -> None:
    cast.cleo.is_active = False
    cast.cleo.save()
    with pytest.raises(InvalidInput):
        services.create_task(by=cast.ben, title="x", assignee_id=cast.cleo.pk)
