"""The member's own page."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback import services as feedback
from goals import services as goals
from goals.models import Goal
from home.work import MyWork, my_work
from kpis import services as kpis
from kpis.models import Kpi, Signal
from people.models import Membership
from tasks import services
from tasks.models import Task
from tasks.planning import week_of
from tests.conftest import Cast, sign_in

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    """Ten in the morning in Shanghai."""
    with time_machine.travel(datetime(2026, 3, 4, 2, 0, tzinfo=UTC), tick=False):
        yield


def task(cast: Cast, title: str, **fields: object) -> Task:
    return services.create_task(by=cast.ana, title=title, assignee_id=cast.ben.pk, **fields)  # type: ignore[arg-type]


def sections(actor: Membership) -> dict[str, list[str]]:
    return {each.when: [row.task.title for row in each.rows] for each in my_work(actor).sections}


def why(work: MyWork, title: str) -> str:
    return next(" ".join(row.why) for each in work.sections for row in each.rows if row.task.title == title)


def test_tasks_stand_where_their_due_day_and_status_put_them(cast: Cast) -> None:
    task(cast, "late", due_on=TODAY - timedelta(days=9))
    task(cast, "today", due_on=TODAY)
    task(cast, "sunday", due_on=date(2026, 3, 8))
    task(cast, "monday", due_on=date(2026, 3, 9))
    task(cast, "some day")
    waits = task(cast, "waits", due_on=TODAY)
    services.change_status(by=cast.ben, task_id=waits.pk, status="waiting")
    done = task(cast, "done", due_on=TODAY)
    services.change_status(by=cast.ben, task_id=done.pk, status="done")
    services.create_task(by=cast.ana, title="somebody else's", due_on=TODAY)
    assert sections(cast.ben) == {
        "today": ["late", "today"],
        "week": ["sunday"],
        "later": ["monday", "some day"],
        "waiting": ["waits"],
    }


def test_customers_go_first_then_signals_then_due_and_priority(cast: Cast) -> None:
    task(cast, "urgent", due_on=TODAY, priority=1)
    task(cast, "at noon", due_on=TODAY, due_time=time(12))
    task(cast, "normal", due_on=TODAY)
    signal = task(cast, "signal", due_on=TODAY, priority=4)
    found = kpis_signal(cast)
    kpis.link_task(by=cast.ana, signal_id=found, task_id=signal.pk)
    item = feedback.create_item(by=cast.ana, subject="Broken", customer_name="Wang")
    answer = feedback.open_task(by=cast.ana, item_id=item.pk, title="answer", assignee_id=cast.ben.pk)
    assert item.reply_due_at is not None
    assert sections(cast.ben)["today"] == ["answer", "signal", "at noon", "urgent", "normal"]
    work = my_work(cast.ben)
    assert "A customer waits for an answer" in why(work, "answer")
    assert "A KPI left its limits" in why(work, "signal")
    assert "It is due today. Then the due day and time decide" in why(work, "normal")
    feedback.reply(by=cast.ana, item_id=item.pk, body="Sorry")
    assert answer.title in sections(cast.ben)["later"]


def kpis_signal(cast: Cast) -> int:
    kpis.install_library(cast.organization.pk)
    kpi = Kpi.objects.filter(organization=cast.organization)[0]
    signal = Signal.objects.create(
        organization=cast.organization,
        kpi=kpi,
        kind="shift",
        trend="up",
        is_good=False,
        first_on=TODAY,
        last_on=TODAY,
        value=1,
    )
    return signal.pk


def test_a_section_is_bounded_and_says_how_many_more_there_are(cast: Cast) -> None:
    for number in range(27):
        task(cast, f"task {number}", due_on=TODAY)
    today = my_work(cast.ben).sections[0]
    assert (len(today.rows), today.count, today.more) == (25, 27, 2)
    assert "2 more" in sign_in(cast.ben).get(reverse("home:work")).content.decode()


def test_replies_reviews_and_next_steps_stand_beside_it(cast: Cast) -> None:
    owed = feedback.create_item(by=cast.ana, subject="Owed <b>", assignee_id=cast.ben.pk)
    answered = feedback.create_item(by=cast.ana, subject="Answered", assignee_id=cast.ben.pk)
    feedback.reply(by=cast.ben, item_id=answered.pk, body="x")
    goal = goals.create_goal(
        by=cast.ben, name_en="My goal", starts_on=TODAY, ends_on=TODAY + timedelta(days=90)
    )
    Goal.objects.filter(pk=goal.pk).update(next_review_on=TODAY)
    first = task(cast, "with steps", due_on=TODAY)
    one, two = services.add_steps(by=cast.ben, task_id=first.pk, texts=["one", "two"])
    services.check_step(by=cast.ben, task_id=first.pk, step_id=one.pk, done=True)
    work = my_work(cast.ben)
    assert ([*work.replies], [*work.reviews], [*work.steps]) == ([owed], [goal], [two])
    page = sign_in(cast.ben).get(reverse("home:work")).content.decode()
    for text in ("Owed &lt;b&gt;", "My goal", "1/2"):
        assert text in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_a_fixed_number_of_queries(cast: Cast, count: int) -> None:
    for number in range(count):
        made = task(cast, f"task {number}", due_on=TODAY + timedelta(days=number))
        services.add_steps(by=cast.ana, task_id=made.pk, texts=["one"])
        feedback.create_item(by=cast.ana, subject="x", assignee_id=cast.ben.pk)
    services.start_timer(by=cast.ben, task_id=made.pk)
    client = sign_in(cast.ben)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("home:work")).status_code == 200
    assert len(queries) <= 12
    assert len(queries) == 8


def test_nothing_to_do_says_so(cast: Cast) -> None:
    page = sign_in(cast.ben).get(reverse("home:work")).content.decode()
    assert "Nothing waits for you" in page
    assert "<html" not in sign_in(cast.ben).get(reverse("home:work"), headers=HTMX).content.decode()


@pytest.mark.parametrize(
    ("when", "due_on", "status"),
    [
        ("today", date(2026, 3, 4), "in_progress"),
        ("week", date(2026, 3, 6), "in_progress"),
        ("later", date(2026, 3, 9), "in_progress"),
        ("waiting", date(2026, 3, 3), "waiting"),
    ],
)
def test_a_waiting_task_is_planned_anew_and_back(cast: Cast, when: str, due_on: date, status: str) -> None:
    made = task(cast, "x", due_on=date(2026, 3, 3), due_time=time(9))
    services.change_status(by=cast.ben, task_id=made.pk, status="waiting")
    client = sign_in(cast.ben)
    address = reverse("tasks:plan", args=[made.pk])
    client.post(address, {"when": when, "version": 2, "next": "/work/"})
    made.refresh_from_db()
    # What was due yesterday and shall be done today keeps its day: it is late.
    assert made.due_on == (date(2026, 3, 3) if when == "today" else due_on)
    assert made.status == status
    page = client.get(reverse("home:work"), headers=HTMX).content.decode()
    assert ('name="undo"' in page) == (when != "waiting")
    if when != "waiting":
        client.post(
            address,
            {"undo": "1", "version": 3, "status": "waiting", "due_on": "2026-03-03", "due_time": "09:00"},
        )
        made.refresh_from_db()
    assert (made.due_on, made.due_time, made.status) == (date(2026, 3, 3), time(9), "waiting")


def test_on_the_last_day_of_a_week_the_next_one_is_offered(cast: Cast) -> None:
    week = week_of(cast.organization, date(2026, 3, 8))
    assert (week.is_this, week.starts_on, week.ends_on) == (False, date(2026, 3, 9), date(2026, 3, 15))
    assert week.plan_on == date(2026, 3, 13)
    assert week_of(cast.organization, date(2026, 3, 7)).plan_on == date(2026, 3, 8)


def test_a_status_set_here_leads_back_here_with_an_undo(cast: Cast) -> None:
    made = task(cast, "x", due_on=TODAY)
    client = sign_in(cast.ben)
    answer = client.post(
        reverse("tasks:status", args=[made.pk]),
        {"status": "done", "version": 1, "whole": "1", "next": "/work/"},
        headers=HTMX,
    )
    assert (answer.status_code, answer["Location"]) == (302, "/work/")
    sections_only = client.get("/work/", headers=HTMX).content.decode()
    assert 'hx-target="#work"' in sections_only
    assert 'name="undo"' in sections_only
