"""What the calendar brings: on working days, once per person, thing and period, however late and however often."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from feedback.models import FeedbackItem
from goals.models import CheckIn
from notifications import jobs, services
from notifications.choices import REMINDERS, Rule, State
from notifications.models import Delivery, ReminderRule
from people.models import TeamMembership
from tasks import services as tasks
from tasks.models import Task
from tests.conftest import Cast
from tests.notifications.conftest import due_goal, mails, open_task

# A Tuesday noon in Shanghai; no holiday is near.
TUESDAY = datetime(2026, 11, 24, 4, tzinfo=UTC)


def planned(rule: Rule) -> list[tuple[str, str]]:
    """Person and period of each mail of the rule."""
    found = mails().filter(rule=rule).order_by("recipient__user__name", "id")
    return [(each.recipient.user.name, each.period) for each in found.select_related("recipient__user")]


def plan_at(moment: datetime) -> None:
    with time_machine.travel(moment, tick=False):
        jobs.plan()


def set_rule(cast: Cast, kind: Rule, **fields: Any) -> None:
    services.seed_reminder_rules(cast.organization.pk)
    ReminderRule.objects.filter(organization=cast.organization, kind=kind).update(**fields)


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 25), True),
        (date(2026, 11, 26), False),
        (date(2026, 11, 23), False),
    ],
)
def test_a_task_is_reminded_of_a_working_day_before(cast: Cast, due_on: date, expected: bool) -> None:
    open_task(cast, due_on=due_on)
    plan_at(TUESDAY)
    assert planned(Rule.TASK_DUE) == ([("Ben", str(due_on))] if expected else [])


def test_what_is_due_on_a_weekend_is_reminded_of_before_it(cast: Cast) -> None:
    open_task(cast, due_on=date(2026, 11, 29))  # a Sunday
    plan_at(datetime(2026, 11, 25, 4, tzinfo=UTC))
    assert planned(Rule.TASK_DUE) == []
    plan_at(datetime(2026, 11, 26, 4, tzinfo=UTC))
    assert planned(Rule.TASK_DUE) == [("Ben", "2026-11-29")]


def test_at_the_turn_of_the_year_nobody_is_reminded_on_a_holiday(cast: Cast) -> None:
    """31 December 2025 is the last working day before Sunday, 4 January 2026, which is worked (调休)."""
    open_task(cast, due_on=date(2025, 12, 31))
    for day in (1, 2, 3):
        plan_at(datetime(2026, 1, day, 4, tzinfo=UTC))
    assert planned(Rule.TASK_OVERDUE) == []
    plan_at(datetime(2026, 1, 4, 4, tzinfo=UTC))
    assert planned(Rule.TASK_OVERDUE) == [("Ben", "2025-12-31")]
    sent_at = mails().get(rule=Rule.TASK_OVERDUE).wanted_at
    assert sent_at == datetime(2026, 1, 4, 1, tzinfo=UTC)  # 9:00 in Shanghai


@pytest.mark.parametrize(
    ("due_on", "first", "again"),
    [
        # Spring Festival 2026: free from Sunday 15 to Monday 23 February; the Saturdays 14 and 28 are worked (调休).
        (date(2026, 2, 13), date(2026, 2, 14), date(2026, 2, 28)),
        (date(2026, 2, 14), date(2026, 2, 24), date(2026, 3, 2)),
        (date(2026, 2, 18), date(2026, 2, 24), date(2026, 3, 2)),
    ],
)
def test_over_spring_festival_only_worked_days_count(
    cast: Cast, due_on: date, first: date, again: date
) -> None:
    set_rule(cast, Rule.TASK_OVERDUE, repeat_every=5, escalate_after=None)
    open_task(cast, due_on=due_on)
    planned_on = []
    for day in (due_on + timedelta(days=number) for number in range(1, 18)):
        before = len(planned(Rule.TASK_OVERDUE))
        plan_at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
        planned_on += [day] * (len(planned(Rule.TASK_OVERDUE)) - before)
    assert planned_on == [first, again]


def test_a_year_whose_holidays_are_not_published_yet_still_begins_with_one(cast: Cast) -> None:
    """Friday, 1 January 2027: mainland China's calendar of exchanged weekends comes out late in the year before."""
    open_task(cast, due_on=date(2026, 12, 31))
    for day in (1, 2, 3):
        plan_at(datetime(2027, 1, day, 4, tzinfo=UTC))
    assert planned(Rule.TASK_OVERDUE) == []
    plan_at(datetime(2027, 1, 4, 4, tzinfo=UTC))
    assert planned(Rule.TASK_OVERDUE) == [("Ben", "2026-12-31")]


def test_a_special_day_of_the_organization_counts(cast: Cast) -> None:
    tasks.set_special_day(by=cast.ana, on=date(2026, 11, 24), is_working=False)
    open_task(cast, due_on=date(2026, 11, 23))
    plan_at(TUESDAY)
    assert planned(Rule.TASK_OVERDUE) == []


def test_an_overdue_task_is_told_again_after_as_many_working_days_as_the_rule_says(cast: Cast) -> None:
    set_rule(cast, Rule.TASK_OVERDUE, repeat_every=3, escalate_after=None)
    open_task(cast, due_on=date(2026, 11, 20))
    for day in range(23, 31):
        plan_at(datetime(2026, 11, day, 4, tzinfo=UTC))
        plan_at(datetime(2026, 11, day, 5, tzinfo=UTC))
    assert planned(Rule.TASK_OVERDUE) == [("Ben", "2026-11-20"), ("Ben", "2026-11-20/2026-11-26")]


def test_after_an_outage_there_is_one_reminder_and_not_one_for_every_missed_day(cast: Cast) -> None:
    set_rule(cast, Rule.TASK_OVERDUE, repeat_every=1, escalate_after=None)
    open_task(cast, due_on=date(2026, 11, 2))
    plan_at(TUESDAY)
    assert planned(Rule.TASK_OVERDUE) == [("Ben", "2026-11-02/2026-11-24")]


def test_what_was_overdue_long_before_is_not_dug_up(cast: Cast) -> None:
    open_task(cast, due_on=date(2026, 1, 5))
    plan_at(TUESDAY)
    assert not Delivery.objects.exists()


def test_the_lead_hears_of_it_once_when_it_has_waited_too_long(cast: Cast) -> None:
    set_rule(cast, Rule.TASK_OVERDUE, repeat_every=0, escalate_after=2)
    open_task(cast, due_on=date(2026, 11, 20), team=cast.support)
    plan_at(TUESDAY)  # one working day after the first reminder
    assert planned(Rule.ESCALATED) == []
    plan_at(TUESDAY + timedelta(days=1))
    plan_at(TUESDAY + timedelta(days=2))
    assert planned(Rule.ESCALATED) == [("Ana", "tasks.overdue|2026-11-20")]


def test_a_lead_is_not_told_of_their_own_task_but_the_team_above_is(cast: Cast) -> None:
    set_rule(cast, Rule.TASK_OVERDUE, escalate_after=0)
    cast.support.parent = cast.field
    cast.support.save()
    TeamMembership.objects.filter(team=cast.field, membership=cast.cleo).update(is_lead=True)
    open_task(cast, assignee=cast.ana, due_on=date(2026, 11, 20), team=cast.support)
    plan_at(TUESDAY)
    assert [name for name, _period in planned(Rule.ESCALATED)] == ["Cleo"]


def test_a_goal_without_a_check_in_is_asked_after(cast: Cast) -> None:
    set_rule(cast, Rule.CHECK_IN_DUE, lead=3)
    goal = due_goal(cast, next_review_on=date(2027, 1, 29))
    CheckIn.objects.create(
        goal=goal, by=cast.ana, at=datetime(2026, 11, 19, 4, tzinfo=UTC), confidence="high"
    )
    plan_at(datetime(2026, 11, 23, 4, tzinfo=UTC))
    assert planned(Rule.CHECK_IN_DUE) == []
    plan_at(TUESDAY)
    assert planned(Rule.CHECK_IN_DUE) == [("Ana", "since 2026-11-19")]


def test_no_check_in_is_asked_for_where_the_review_is_due(cast: Cast) -> None:
    set_rule(cast, Rule.CHECK_IN_DUE, lead=0)
    due_goal(cast, next_review_on=date(2026, 11, 23))
    plan_at(TUESDAY)
    assert planned(Rule.CHECK_IN_DUE) == []
    assert len(planned(Rule.REVIEW_DUE)) == 1


def waiting_item(cast: Cast, **fields: Any) -> FeedbackItem:
    return FeedbackItem.objects.create(
        organization=cast.organization, subject="Late parcel", team=cast.support, **fields
    )


def test_a_reply_that_is_due_soon_is_told_to_who_has_it_or_to_the_lead(cast: Cast) -> None:
    soon = TUESDAY + timedelta(hours=1)
    waiting_item(cast, assignee=cast.ben, reply_due_at=soon)
    waiting_item(cast, reply_due_at=soon)
    waiting_item(cast, assignee=cast.ben, reply_due_at=TUESDAY + timedelta(hours=3))
    plan_at(TUESDAY)
    assert [name for name, _period in planned(Rule.SLA_AT_RISK)] == ["Ana", "Ben"]


def test_an_overdue_reply_is_told_and_after_hours_to_the_lead(cast: Cast) -> None:
    waiting_item(cast, assignee=cast.ben, reply_due_at=TUESDAY)
    plan_at(TUESDAY + timedelta(hours=3))
    assert [name for name, _period in planned(Rule.SLA_BREACHED)] == ["Ben"]
    assert planned(Rule.ESCALATED) == []
    plan_at(TUESDAY + timedelta(hours=4))
    assert [name for name, _period in planned(Rule.ESCALATED)] == ["Ana"]


def test_a_rule_that_is_off_plans_nothing_and_drops_what_it_had_planned(
    cast: Cast, mailoutbox: list[object]
) -> None:
    open_task(cast, due_on=timezone.localdate(timezone=cast.organization.zone) - timedelta(days=20))
    jobs.plan()
    set_rule(cast, Rule.TASK_OVERDUE, is_enabled=False)
    open_task(cast, due_on=timezone.localdate(timezone=cast.organization.zone) - timedelta(days=20))
    jobs.plan()
    jobs.send_due()
    found = mails().filter(rule=Rule.TASK_OVERDUE)
    assert [each.state for each in found] == [State.DROPPED]


def test_seeding_rules_twice_keeps_what_was_changed(cast: Cast) -> None:
    set_rule(cast, Rule.TASK_DUE, lead=7)
    services.seed_reminder_rules(cast.organization.pk)
    rules = ReminderRule.objects.filter(organization=cast.organization)
    assert rules.count() == len(REMINDERS)
    assert rules.get(kind=Rule.TASK_DUE).lead == 7


@pytest.mark.parametrize("change", ["done", "moved", "handed on"])
def test_a_reminder_whose_cause_is_gone_is_dropped(cast: Cast, mailoutbox: list[object], change: str) -> None:
    day = timezone.localdate(timezone=cast.organization.zone) - timedelta(days=20)
    open_task(cast, due_on=day)
    jobs.plan()
    changes: dict[str, dict[str, Any]] = {
        "done": {"status": "done", "closed_at": timezone.now()},
        "moved": {"due_on": day + timedelta(days=60)},
        "handed on": {"assignee": cast.cleo},
    }
    Task.objects.update(**changes[change])
    jobs.send_due()
    assert mails().get(rule=Rule.TASK_OVERDUE, recipient=cast.ben).state == State.DROPPED


def test_planning_again_writes_nothing(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(20):
        open_task(cast, due_on=date(2026, 11, 20))
    plan_at(TUESDAY)
    before = Delivery.objects.count()
    with django_assert_max_num_queries(120):
        plan_at(TUESDAY)
    assert Delivery.objects.count() == before
