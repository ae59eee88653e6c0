"""Who may do what to a goal. No HTTP, no query per row."""

from goals.models import Goal
from people.choices import Permission
from people.models import Membership
from people.permissions import leads_any_team, leads_team, may


def can_set_goals(actor: Membership) -> bool:
    """Whoever may have a goal of their own, of their team or of anybody."""
    return may(actor, Permission.GOALS_OWN) or can_set_goals_of_others(actor)


def can_set_goals_of_others(actor: Membership) -> bool:
    """Managers for anybody, leads for their teams."""
    return may(actor, Permission.GOALS_MANAGE) or leads_any_team(actor)


def can_own_goal_for(actor: Membership, *, owner_id: int | None, team_id: int | None) -> bool:
    """Managers for anybody, leads for their team, members for themselves."""
    is_own = owner_id == actor.pk and may(actor, Permission.GOALS_OWN)
    return may(actor, Permission.GOALS_MANAGE) or leads_team(actor, team_id) or is_own


def can_change_goal(actor: Membership, goal: Goal) -> bool:
    """The owner, the lead of its team, and managers: edit, check in, close and reopen."""
    return goal.organization_id == actor.organization_id and can_own_goal_for(
        actor, owner_id=goal.owner_id, team_id=goal.team_id
    )
