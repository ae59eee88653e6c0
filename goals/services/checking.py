"""What every write of a goal checks first."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from goals.choices import Status
from goals.errors import GoalAlreadyClosed
from goals.models import Goal
from goals.permissions import can_change_goal
from people.models import Membership, Organization, Team
from people.selectors import unknown_links

LINKS: dict[str, type[models.Model]] = {"owner_id": Membership, "team_id": Team, "parent_id": Goal}


def changeable_goal(by: Membership, goal_id: int, version: int | None) -> Goal:
    """The goal, locked; refuses one that `by` cannot see or may not change, and an old version."""
    goal = Goal.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=goal_id).first()
    if goal is None:
        raise NotVisible
    if not can_change_goal(by, goal):
        raise NotAllowed
    if version is not None and goal.version != version:
        raise StaleVersion
    return goal


def refuse_closed(goal: Goal) -> None:
    """Refuses a closed goal."""
    if goal.status == Status.CLOSED:
        raise GoalAlreadyClosed


def refuse_unknown_links(organization_id: int, links: Mapping[str, Any]) -> None:
    """Refuses rows of another organization, and owners who left, in the words for rows that do not exist."""
    wrong = unknown_links(organization_id, LINKS, links)
    if wrong:
        raise InvalidInput(wrong)


def refuse_wrong_fields(goal: Goal, fields: Collection[str]) -> None:
    """Refuses a goal without a name, an end before the start, and values outside limits and closed lists."""
    unchecked = {field.name for field in goal._meta.fields} - set(fields)
    wrong: dict[str, list[Any]] = {}
    try:
        goal.clean_fields(exclude=unchecked | {"owner", "team", "parent"})
    except ValidationError as error:
        wrong.update(error.message_dict)
    if not (goal.name_en or goal.name_zh):
        wrong["name_en"] = [_("Give the goal a name in English, in Chinese, or in both.")]
    if goal.ends_on < goal.starts_on:
        wrong["ends_on"] = [_("The goal ends before it starts.")]
    if not 1 <= goal.review_every_days <= 366:
        wrong["review_every_days"] = [_("Choose 1 to 366 days.")]
    if wrong:
        raise InvalidInput(wrong)


def refuse_circle(goal: Goal) -> None:
    """Refuses a parent that is the goal itself or below it; such changes of an organization wait in line."""
    if goal.parent_id is None:
        return
    Organization.objects.select_for_update(no_key=True).get(pk=goal.organization_id)
    parents = dict(
        Goal.objects.filter(organization_id=goal.organization_id, parent__isnull=False).values_list(
            "pk", "parent_id"
        )
    )
    above: int | None = goal.parent_id
    while above is not None and above != goal.pk:
        above = parents.get(above)
    if above is not None:
        raise InvalidInput({"parent_id": [_("A goal cannot serve itself or a goal below it.")]})
