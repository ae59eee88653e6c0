"""Setting a goal and changing it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from activity.services import record
from common.errors import NotAllowed
from goals.choices import Kind, Status
from goals.models import Goal
from goals.permissions import can_change_goal, can_own_goal_for
from goals.services.checking import (
    changeable_goal,
    refuse_circle,
    refuse_closed,
    refuse_unknown_links,
    refuse_wrong_fields,
)
from goals.services.key_results import KeyResultInput, set_key_results
from people.models import Membership

CHECKED = ["name_en", "name_zh", "description", "kind", "starts_on", "ends_on", "review_every_days"]


class GoalChanges(TypedDict, total=False):
    """What may change in a goal; only what is given changes."""

    name_en: str
    name_zh: str
    description: str
    kind: str
    owner_id: int
    team_id: int | None
    parent_id: int | None
    starts_on: date
    ends_on: date
    review_every_days: int


def next_review(goal: Goal, today: date) -> date:
    """One interval after `today` or the goal's start, whichever is later; at the latest the goal's last day.

    A goal that is past its last day and still active keeps its interval until somebody closes it.
    """
    planned = max(today, goal.starts_on) + timedelta(days=goal.review_every_days)
    return min(planned, goal.ends_on) if today < goal.ends_on else planned


@transaction.atomic
def create_goal(
    *,
    by: Membership,
    starts_on: date,
    ends_on: date,
    name_en: str = "",
    name_zh: str = "",
    description: str = "",
    kind: str = Kind.COMMITTED,
    owner_id: int | None = None,
    team_id: int | None = None,
    parent_id: int | None = None,
    review_every_days: int = 14,
    key_results: Sequence[KeyResultInput] = (),
) -> Goal:
    """An active goal of `owner_id` (`by` unless told) with key results, first review day and an event.

    Refuses viewers, members planning for others, wrong fields, and links to rows of another organization.
    """
    owner_id = owner_id or by.pk
    if not can_own_goal_for(by, owner_id=owner_id, team_id=team_id):
        raise NotAllowed
    goal = Goal(
        organization_id=by.organization_id,
        name_en=name_en.strip(),
        name_zh=name_zh.strip(),
        description=description,
        kind=kind,
        status=Status.ACTIVE,
        owner_id=owner_id,
        team_id=team_id,
        parent_id=parent_id,
        starts_on=starts_on,
        ends_on=ends_on,
        review_every_days=review_every_days,
    )
    refuse_wrong_fields(goal, CHECKED)
    refuse_unknown_links(
        by.organization_id, {"owner_id": owner_id, "team_id": team_id, "parent_id": parent_id}
    )
    goal.next_review_on = next_review(goal, timezone.localdate(timezone=by.organization.zone))
    goal.save()
    set_key_results(goal, key_results)
    record("goal.created", subject=goal, organization_id=goal.organization_id, by=by, owner_id=owner_id)
    return goal


@transaction.atomic
def edit_goal(
    *,
    by: Membership,
    goal_id: int,
    version: int | None,
    key_results: Sequence[KeyResultInput] | None = None,
    **changes: Unpack[GoalChanges],
) -> Goal:
    """The goal has these values and, where given, exactly these key results. No difference, no change.

    A new interval moves the next review. Refuses whoever may not change the goal before or after, a closed
    goal, an old version, wrong fields, a circle of parents, and links to rows of another organization.
    """
    goal = changeable_goal(by, goal_id, version)
    refuse_closed(goal)
    changed = {name: value for name, value in changes.items() if getattr(goal, name) != value}
    _assign(goal, changed, by=by)
    measures_changed = key_results is not None and set_key_results(goal, key_results)
    if not changed and not measures_changed:
        return goal
    goal.version += 1
    goal.save(update_fields=[*changed, "next_review_on", "version", "updated_at"])
    record(
        "goal.edited",
        subject=goal,
        organization_id=goal.organization_id,
        by=by,
        fields=",".join([*sorted(changed), *(["key_results"] if measures_changed else [])]),
    )
    return goal


def _assign(goal: Goal, changed: dict[str, Any], *, by: Membership) -> None:
    for name, value in changed.items():
        setattr(goal, name, value)
    if not can_change_goal(by, goal):
        raise NotAllowed
    refuse_wrong_fields(goal, [name for name in changed if name in CHECKED])
    refuse_unknown_links(goal.organization_id, changed)
    if "parent_id" in changed:
        refuse_circle(goal)
    if changed.keys() & {"starts_on", "ends_on", "review_every_days"}:
        goal.next_review_on = next_review(goal, timezone.localdate(timezone=by.organization.zone))
