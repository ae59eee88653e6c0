"""A due goal review has exactly one reminder."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.choices import Status
from notifications.jobs import plan
from notifications.models import Delivery
from tests.conftest import Cast
from tests.notifications.conftest import due_goal, mails


def test_plan_twice_writes_one_reminder_to_the_owner(cast: Cast) -> None:
    goal = due_goal(cast)
    plan()
    first = mails().values().get()
    plan()
    assert mails().values().get() == first
    assert (first["recipient_id"], first["subject_id"]) == (goal.owner_id, goal.pk)
    assert first["period"].startswith(str(goal.next_review_on))


def test_the_next_review_gets_a_reminder_of_its_own(cast: Cast) -> None:
    goal = due_goal(cast)
    plan()
    goal.next_review_on -= timedelta(days=14)
    goal.save()
    plan()
    assert mails().count() == 2


@pytest.mark.parametrize("change", ["closed", "later", "never"])
def test_a_goal_without_a_due_review_has_none(cast: Cast, change: str) -> None:
    fields = {
        "closed": {"status": Status.CLOSED, "closed_at": datetime(2026, 1, 2, tzinfo=UTC)},
        "later": {"next_review_on": date(2100, 1, 1)},
        "never": {"next_review_on": None},
    }
    due_goal(cast, **fields[change])
    plan()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("hour", "expected"), [(15, 0), (16, 1)])
def test_the_day_begins_where_the_organization_is(cast: Cast, hour: int, expected: int) -> None:
    due_goal(cast, next_review_on=date(2026, 11, 25))
    with time_machine.travel(datetime(2026, 11, 24, hour, 30, tzinfo=UTC)):
        plan()
    assert mails().count() == expected


def test_planning_costs_the_same_for_one_goal_and_for_ten(cast: Cast) -> None:
    plan()
    due_goal(cast)
    with CaptureQueriesContext(connection) as one:
        plan()
    for _ in range(9):
        due_goal(cast)
    with CaptureQueriesContext(connection) as ten:
        plan()
    assert len(ten) == len(one)
    assert mails().count() == 10
