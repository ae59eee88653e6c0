"""Who may do what to a goal. No HTTP, no query per row."""

from goals.models import Goal
from people.models import Membership
from people.permissions import can_manage, can_work, leads_team


def can_own_goal_for(actor: Membership, *, owner_id: int | None, team_id: int | None) -> bool:
    """Managers for anybody, leads for their team, members for themselves."""
    return can_manage(actor) or leads_team(actor, team_id) or (can_work(actor) and owner_id == actor.pk)


def can_change_goal(actor: Membership, goal: Goal) -> bool:
    """The owner, the lead of its team, and managers: edit, check in, close and reopen."""
    return goal.organization_id == actor.organization_id and can_own_goal_for(
        actor, owner_id=goal.owner_id, team_id=goal.team_id
    )
