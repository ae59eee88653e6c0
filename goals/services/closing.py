"""Closing a goal and opening it again."""

from django.db import transaction
from django.utils import timezone

from activity.services import record
from goals.choices import Status
from goals.errors import GoalNotClosed
from goals.facts import SOURCE
from goals.models import Goal
from goals.selectors import goal_list, measured
from goals.services.checking import changeable_goal, refuse_closed
from goals.services.planning import next_review
from kpis.services import emit_facts
from people.models import Membership


@transaction.atomic
def close_goal(*, by: Membership, goal_id: int, version: int | None = None) -> Goal:
    """The goal is closed with the progress of this moment, and not due for review; its fact follows.

    Refuses whoever may not change it, and a closed goal.
    """
    goal = changeable_goal(by, goal_id, version)
    refuse_closed(goal)
    goal.final_progress = measured(by, goal_list(by).filter(pk=goal_id))[0].progress
    goal.status, goal.closed_at, goal.next_review_on = Status.CLOSED, timezone.now(), None
    _save(goal)
    record("goal.closed", subject=goal, organization_id=goal.organization_id, by=by)
    return goal


@transaction.atomic
def reopen_goal(*, by: Membership, goal_id: int, version: int | None = None) -> Goal:
    """The goal is active and reviewed again, and has no fact.

    Refuses whoever may not change it, and an active goal.
    """
    goal = changeable_goal(by, goal_id, version)
    if goal.status != Status.CLOSED:
        raise GoalNotClosed
    goal.status, goal.closed_at, goal.final_progress = Status.ACTIVE, None, None
    goal.next_review_on = next_review(goal, timezone.localdate(timezone=by.organization.zone))
    _save(goal)
    record("goal.reopened", subject=goal, organization_id=goal.organization_id, by=by)
    return goal


def _save(goal: Goal) -> None:
    goal.version += 1
    goal.save(
        update_fields=["status", "closed_at", "final_progress", "next_review_on", "version", "updated_at"]
    )
    emit_facts(SOURCE, goal.organization_id, [goal.pk])
