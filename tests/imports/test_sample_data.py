"""Sample data comes, is worked with, and goes to the last row."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from activity.models import Event
from activity.services import record
from common.errors import NotAllowed
from common.tenancy import acting_for
from feedback import services as feedback
from feedback.models import Customer, FeedbackItem, Invitation, Response, Survey, Theme
from goals import services as goals
from goals.models import Goal, KeyResult
from home.demo import sample
from home.first_steps import SAMPLE_SOURCE
from imports import selectors, services
from imports.models import SampleBatch, SampleRow
from imports.services import sample_rows, sampling
from kpis.choices import SignalKind, SignalTrend
from kpis.models import DayCell, Kpi, Measurement, Signal
from kpis.services import acknowledge_signal, install_library, recompute_all_dirty
from notifications.choices import Channel, Rule
from notifications.models import Delivery, InboxItem
from tasks import services as tasks
from tasks.models import Task
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db
MADE = ("task", "item", "order", "goal", "survey", "invitation", "answer")
SELDOM_SAME = ("version", "recomputed_at")
CELL = [field.attname for field in DayCell._meta.concrete_fields if field.attname not in SELDOM_SAME]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few days of sample rows are enough."""
    monkeypatch.setattr(sample, "MONTHS", 0.3)


@pytest.fixture
def own(cast: Cast, short: None) -> Cast:
    """An organization with a few rows of its own on the same days."""
    install_library(cast.organization.pk)
    for _number in range(3):
        feedback.create_item(by=cast.ben, subject="Ours", customer_name="Li", theme_name="Invoice")
        task = tasks.create_task(by=cast.ben, title="Ours", due_on=timezone.localdate())
        tasks.change_status(by=cast.ben, task_id=task.pk, status="done", version=1)
    return cast


def carried_out(cast: Cast, begin: Callable[..., object]) -> None:
    begin(cast.adam)
    with acting_for(cast.organization.pk):
        services.carry_out(cast.organization.pk)
    recompute_all_dirty()


def cells() -> list[tuple[object, ...]]:
    """What every number is made of; emptied cells say nothing."""
    return sorted(DayCell.objects.filter(n__gt=0).values_list(*CELL), key=str)


def counts() -> list[int]:
    kinds = (Task, FeedbackItem, Customer, Theme, Measurement, Goal, KeyResult, Survey, Response, Invitation)
    return [model._default_manager.count() for model in kinds]


def fill_inbox(cast: Cast, *task_ids: int) -> None:
    """A message about each of the tasks lies in adam's inbox."""
    for task_id in task_ids:
        about = {"rule": Rule.TASK_OVERDUE, "subject_type": "tasks.task", "subject_id": task_id}
        sent = Delivery.objects.create(
            organization=cast.organization,
            recipient=cast.adam,
            channel=Channel.INBOX,
            period="today",
            **about,
        )
        InboxItem.objects.create(
            organization=cast.organization,
            membership=cast.adam,
            delivery=sent,
            rule=sent.rule,
            title="Overdue",
            path=f"/tasks/{task_id}/",
        )


def open_signal(cast: Cast, kind: SignalKind) -> int:
    """A KPI has left its limits, as the watch tells it."""
    signal = Signal.objects.create(
        organization=cast.organization,
        kpi=Kpi.objects.filter(organization=cast.organization).earliest("pk"),
        kind=kind,
        trend=SignalTrend.DOWN,
        is_good=False,
        first_on=timezone.localdate(),
        last_on=timezone.localdate(),
        value=1,
    )
    record("signal.opened", subject=signal, organization_id=cast.organization.pk, by=None)
    return signal.pk


def test_after_load_and_removal_every_cell_and_row_is_as_before(own: Cast) -> None:
    recompute_all_dirty()
    before, rows = cells(), counts()
    carried_out(own, services.load_samples)
    assert Task.objects.filter(source=SAMPLE_SOURCE).count() > 20
    assert FeedbackItem.objects.filter(source=SAMPLE_SOURCE).count() > 30
    assert cells() != before
    assert Theme.objects.filter(name_en="Late delivery", name_zh="配送延误").exists()
    assert Goal.objects.filter(owner=own.adam).count() == len(sample.SAMPLE_GOALS)
    assert Task.objects.filter(goal__owner=own.adam, source=SAMPLE_SOURCE).exists()
    assert Response.objects.filter(survey__key=f"{SAMPLE_SOURCE}-after-service", item__isnull=False).exists()
    assert SampleBatch.objects.get().done == sum(
        SampleRow.objects.filter(model=model).count() for model in MADE
    )
    carried_out(own, services.remove_samples)
    assert counts() == rows
    assert cells() == before
    assert not SampleBatch.objects.exists()
    assert not SampleRow.objects.exists()
    assert list(
        Event.objects.filter(subject_type="people.organization", verb__startswith="samples")
        .order_by("pk")
        .values_list("verb", flat=True)
    ) == ["samples.loaded", "samples.removed"]


def test_what_people_did_is_told_first_and_what_is_theirs_stays(own: Cast) -> None:
    carried_out(own, services.load_samples)
    item = FeedbackItem.objects.filter(source=SAMPLE_SOURCE, status="new").earliest("pk")
    feedback.reply(by=own.ben, item_id=item.pk, body="We look into it.")
    ours = feedback.open_task(by=own.ben, item_id=item.pk, title="Ours too")
    mine = feedback.create_item(by=own.ben, subject="Ours", customer_id=item.customer_id)
    task = Task.objects.filter(source=SAMPLE_SOURCE, status="todo").earliest("pk")
    tasks.edit_task(by=own.adam, task_id=task.pk, version=task.version, title="Changed")
    goal = Goal.objects.earliest("pk")
    goals.edit_goal(by=own.adam, goal_id=goal.pk, version=1, description="Changed")
    below = goals.create_goal(
        by=own.ana, name_en="Ours", parent_id=goal.pk, starts_on=goal.starts_on, ends_on=goal.ends_on
    )
    survey = Survey.objects.earliest("pk")
    answer = feedback.record_response(survey=survey, score=5)
    changes = selectors.changes_since(SampleBatch.objects.get())
    assert (changes.tasks, changes.items, changes.replies, changes.goals) == (1, 1, 1, 1)
    SampleBatch.objects.update(done=2784)
    page = sign_in(own.adam).get("/samples/").content.decode()
    assert "1 reply was written" in page
    assert "2,784 sample rows are here" in page
    fill_inbox(own, task.pk, ours.pk)
    nobodys, taken_up = open_signal(own, SignalKind.TARGET), open_signal(own, SignalKind.SPIKE)
    acknowledge_signal(own.adam, signal_id=taken_up)
    carried_out(own, services.remove_samples)
    assert (list(Signal.objects.values_list("pk", flat=True)), nobodys != taken_up) == ([taken_up], True)
    assert [each.path for each in InboxItem.objects.all()] == [f"/tasks/{ours.pk}/"]
    assert Task.objects.filter(pk=ours.pk).exists()
    assert not Task.objects.filter(source=SAMPLE_SOURCE).exists()
    assert list(Goal.objects.values_list("pk", "parent")) == [(below.pk, None)]
    assert (list(Survey.objects.all()), list(Response.objects.all())) == ([survey], [answer])
    assert FeedbackItem.objects.get(pk=mine.pk).customer_id == item.customer_id
    assert Customer.objects.filter(external_id__startswith=SAMPLE_SOURCE).count() == 1


def test_asked_and_carried_out_twice_it_is_loaded_once(own: Cast) -> None:
    for _time in range(2):
        carried_out(own, services.load_samples)
    assert SampleBatch.objects.count() == 1
    loaded = counts()
    SampleBatch.objects.update(state="loading", done=0)
    carried_out(own, services.load_samples)
    assert counts() == loaded


def test_a_load_that_runs_out_of_time_goes_on_where_it_stopped(
    own: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_rows, "ROWS_AT_ONCE", 30)
    services.load_samples(own.adam)
    with acting_for(own.organization.pk):
        assert not sampling.carry_out_samples(own.organization.pk, time.monotonic() - 1)
        assert SampleBatch.objects.get().beat_at is None
        assert sampling.carry_out_samples(own.organization.pk, time.monotonic() + 60)
    batch = SampleBatch.objects.get()
    assert (batch.state, batch.done) == ("loaded", batch.total)


def test_only_who_looks_after_the_organization_loads_and_removes(own: Cast) -> None:
    for begin in (services.load_samples, services.remove_samples):
        with pytest.raises(NotAllowed):
            begin(own.ana)
    assert not SampleBatch.objects.exists()
    assert sign_in(own.ana).get("/samples/").status_code == 403


def test_the_same_moment_gives_the_same_rows(short: None) -> None:
    moment = datetime(2026, 6, 30, 3, 0, tzinfo=UTC)
    setting = sample.Setting(moment, ZoneInfo("Asia/Shanghai"), 1, [2, 3])
    first, second = (sample.sample_rows(setting) for _time in range(2))
    assert first == second
