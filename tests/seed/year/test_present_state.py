"""What Home shows on the first morning: mostly well, with something to do."""

from datetime import timedelta

import pytest

from feedback.choices import Status as FeedbackStatus
from feedback.models import FeedbackItem
from feedback.selectors import near_breach
from goals.selectors import due_reviews, goals_at_risk
from home.first_steps import first_steps
from kpis.choices import Status
from kpis.library import SHIPPED_KPIS
from kpis.selectors import cards
from tasks.models import Task
from tasks.selectors import overdue_tasks

pytestmark = pytest.mark.django_db


def test_most_kpis_are_on_target_and_a_few_are_not(demo):
    every = [card.status for card in cards(demo.manager)]
    assert len(every) == len(SHIPPED_KPIS)
    assert not {Status.NO_TARGET, Status.TOO_FEW} & set(every)
    assert every.count(Status.ON_TARGET) >= 0.7 * len(every)
    first = every[:12]
    assert 8 <= first.count(Status.ON_TARGET) <= 10
    assert 2 <= first.count(Status.NEAR) + first.count(Status.OFF_TARGET) <= 4


def test_one_or_two_goals_are_at_risk(demo):
    assert 1 <= len(goals_at_risk(demo.manager, 10)) <= 3


def test_one_goal_review_is_due_today(demo):
    due = [goal for goal in due_reviews(demo.year.now) if goal.organization_id == demo.organization.pk]
    assert [goal.name_en for goal in due] == ["Every frequent case has a written procedure"]


def test_some_tasks_are_overdue_and_some_are_due_soon(demo):
    assert 5 <= len(overdue_tasks(demo.manager, 100)) <= 40
    soon = demo.year.today + timedelta(days=7)
    open_tasks = Task.objects.filter(organization=demo.organization, closed_at__isnull=True)
    assert open_tasks.filter(due_on__range=(demo.year.today, soon)).count() >= 5


def test_a_handful_of_feedback_is_near_or_past_its_reply_time(demo):
    waiting = near_breach(demo.manager, 100)
    assert 5 <= len(waiting) <= 10
    late = [item for item in waiting if item.reply_due_at < demo.year.now]
    assert 1 <= len(late) < len(waiting)
    assert FeedbackItem.objects.filter(
        organization=demo.organization, status=FeedbackStatus.IN_PROGRESS
    ).exists()


def test_nothing_is_left_of_the_first_steps(demo):
    steps = first_steps(demo.manager)
    assert [step.key for step in steps.steps if not step.is_done] == []
