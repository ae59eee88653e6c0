"""Checking in on a goal."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from activity.models import Event
from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from goals import services
from goals.errors import GoalAlreadyClosed
from goals.models import CheckIn, Goal
from goals.selectors import due_reviews, local_day
from tests.conftest import Cast
from tests.goals.conftest import by_hand, set_goal


def test_a_check_in_records_progress_and_moves_the_review(cast: Cast, goal: Goal) -> None:
    key_result = goal.key_results.get()
    made = services.check_in(
        by=cast.ben,
        goal_id=goal.pk,
        confidence="medium",
        note=" slow ",
        values={key_result.pk: Decimal(4)},
        version=1,
    )
    goal.refresh_from_db()
    assert (made.progress, made.confidence, made.note, made.by) == (
        Decimal("0.4"),
        "medium",
        "slow",
        cast.ben,
    )
    assert goal.next_review_on == local_day(cast.ana) + timedelta(days=14)
    assert Event.objects.get(verb="goal.checked_in").facts == {
        "confidence": "medium",
        "check_in_id": made.pk,
    }


def test_the_same_form_sent_twice_is_one_check_in(cast: Cast, goal: Goal) -> None:
    services.check_in(by=cast.ben, goal_id=goal.pk, confidence="high", version=1)
    with pytest.raises(StaleVersion):
        services.check_in(by=cast.ben, goal_id=goal.pk, confidence="high", version=1)
    assert CheckIn.objects.count() == 1
    assert Event.objects.filter(verb="goal.checked_in").count() == 1


def test_refused_check_ins_change_nothing(cast: Cast, goal: Goal) -> None:
    before = goal.next_review_on
    for by in (cast.cleo, cast.vera):
        with pytest.raises(NotAllowed):
            services.check_in(by=by, goal_id=goal.pk, confidence="high")
    with pytest.raises(NotVisible):
        services.check_in(by=cast.dan, goal_id=goal.pk, confidence="high")
    with pytest.raises(InvalidInput):
        services.check_in(by=cast.ben, goal_id=goal.pk, confidence="certain")
    with pytest.raises(InvalidInput):
        services.check_in(by=cast.ben, goal_id=goal.pk, confidence="high", note="x" * 10_001)
    goal.refresh_from_db()
    assert (goal.next_review_on, goal.version, CheckIn.objects.count()) == (before, 1, 0)


def test_only_key_results_of_this_goal_entered_by_hand_take_a_value(cast: Cast, goal: Goal) -> None:
    other = set_goal(cast, by_hand())
    measured = set_goal(cast, by_hand(source="tasks"))
    for target, key_result in (
        (goal, other.key_results.get()),
        (measured, measured.key_results.get()),
    ):
        with pytest.raises(InvalidInput) as refused:
            services.check_in(
                by=cast.ben, goal_id=target.pk, confidence="high", values={key_result.pk: Decimal(9)}
            )
        assert list(refused.value.fields) == [f"values/{key_result.pk}"]
        key_result.refresh_from_db()
        assert key_result.manual_value is None


def test_a_closed_goal_takes_no_check_in(cast: Cast, goal: Goal) -> None:
    services.close_goal(by=cast.ben, goal_id=goal.pk)
    with pytest.raises(GoalAlreadyClosed):
        services.check_in(by=cast.ben, goal_id=goal.pk, confidence="high")


# Shanghai is at 2026-03-10 00:30 when Berlin is at 2026-03-09 17:30.
HALF_PAST_MIDNIGHT = datetime(2026, 3, 9, 16, 30, tzinfo=UTC)


def test_a_review_is_due_on_the_local_day_of_each_organization(cast: Cast) -> None:
    with time_machine.travel(HALF_PAST_MIDNIGHT - timedelta(days=14), tick=False):
        ours = set_goal(cast)
        theirs = set_goal(cast, by=cast.dan, owner_id=cast.dan.pk, team_id=None)
    Goal.objects.update(next_review_on="2026-03-10")
    assert list(due_reviews(HALF_PAST_MIDNIGHT - timedelta(minutes=31))) == []
    assert list(due_reviews(HALF_PAST_MIDNIGHT)) == [ours]
    assert set(due_reviews(HALF_PAST_MIDNIGHT + timedelta(hours=7))) == {ours, theirs}


def test_closed_goals_and_goals_of_people_who_left_are_not_due(cast: Cast) -> None:
    closed, left = set_goal(cast), set_goal(cast, owner_id=cast.cleo.pk)
    Goal.objects.update(next_review_on="2026-03-10")
    services.close_goal(by=cast.ana, goal_id=closed.pk)
    cast.cleo.is_active = False
    cast.cleo.save()
    assert left not in due_reviews(HALF_PAST_MIDNIGHT)
    assert closed not in due_reviews(HALF_PAST_MIDNIGHT)
