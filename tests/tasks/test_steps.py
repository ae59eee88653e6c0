"""The checklist of a task."""

import pytest
from django.urls import reverse

from activity.models import Event
from common.errors import InvalidInput, NotAllowed, NotVisible
from tasks import services
from tasks.models import Task
from tests.conftest import Cast, sign_in


@pytest.fixture
def task(cast: Cast) -> Task:
    return services.create_task(by=cast.ana, title="x", assignee_id=cast.ben.pk)


def texts(task: Task) -> list[str]:
    return [step.text for step in task.steps.all()]


def test_steps_keep_their_order_and_can_be_moved(cast: Cast, task: Task) -> None:
    services.add_steps(by=cast.ben, task_id=task.pk, texts=["one", " two "])
    (three,) = services.add_steps(by=cast.ben, task_id=task.pk, texts=["three"])
    assert texts(task) == ["one", "two", "three"]
    services.move_step_up(by=cast.ben, task_id=task.pk, step_id=three.pk)
    assert texts(task) == ["one", "three", "two"]
    services.edit_step(by=cast.ben, task_id=task.pk, step_id=three.pk, position=99, text="last")
    assert texts(task) == ["one", "two", "last"]


def test_checking_twice_tells_once_and_remembers_the_first(cast: Cast, task: Task) -> None:
    (step,) = services.add_steps(by=cast.ana, task_id=task.pk, texts=["one"])
    first = services.check_step(by=cast.ben, task_id=task.pk, step_id=step.pk, done=True)
    again = services.check_step(by=cast.ana, task_id=task.pk, step_id=step.pk, done=True)
    assert (again.done_at, again.done_by) == (first.done_at, cast.ben)
    assert Event.objects.filter(verb="task.step_checked").count() == 1
    services.check_step(by=cast.ana, task_id=task.pk, step_id=step.pk, done=False)
    step.refresh_from_db()
    task.refresh_from_db()
    assert (step.done_at, step.done_by, task.version) == (None, None, 4)


def test_a_checklist_refuses_blanks_too_much_and_strangers(cast: Cast, task: Task) -> None:
    for wrong in ([], [" "], ["x" * 301], ["x"] * 101):
        with pytest.raises(InvalidInput):
            services.add_steps(by=cast.ana, task_id=task.pk, texts=wrong)
    with pytest.raises(NotAllowed):
        services.add_steps(by=cast.vera, task_id=task.pk, texts=["x"])
    with pytest.raises(NotVisible):
        services.add_steps(by=cast.dan, task_id=task.pk, texts=["x"])
    (step,) = services.add_steps(by=cast.ana, task_id=task.pk, texts=["x"])
    other = services.create_task(by=cast.ana, title="y")
    with pytest.raises(NotVisible):
        services.check_step(by=cast.ana, task_id=other.pk, step_id=step.pk, done=True)
    with pytest.raises(NotAllowed):
        services.check_step(by=cast.vera, task_id=task.pk, step_id=step.pk, done=True)
    assert texts(task) == ["x"]


def test_the_page_adds_checks_and_removes_without_javascript(cast: Cast, task: Task) -> None:
    client = sign_in(cast.ben)
    client.post(reverse("tasks:steps", args=[task.pk]), {"text": "Ask <them>\n\nTell them\n"})
    assert texts(task) == ["Ask <them>", "Tell them"]
    first, second = task.steps.all()
    client.post(reverse("tasks:step", args=[task.pk, first.pk]), {"action": "check"})
    client.post(reverse("tasks:step", args=[task.pk, second.pk]), {"action": "remove"})
    first.refresh_from_db()
    assert first.done_by == cast.ben
    page = client.get(reverse("tasks:detail", args=[task.pk])).content.decode()
    assert "Ask &lt;them&gt;" in page
    assert "Tell them" not in page


def test_a_refused_step_comes_back_as_it_was_typed(cast: Cast, task: Task) -> None:
    answer = sign_in(cast.ben).post(reverse("tasks:steps", args=[task.pk]), {"text": "z" * 301})
    assert answer.status_code == 422
    assert "z" * 301 in answer.content.decode()
