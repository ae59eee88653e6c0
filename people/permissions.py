"""What a membership may do. No HTTP, no query per row."""

from people.choices import Role
from people.models import Membership

_RANK = {Role.VIEWER: 0, Role.MEMBER: 1, Role.MANAGER: 2, Role.ADMIN: 3}


def has_role(actor: Membership, least: Role) -> bool:
    """True where the actor's role is `least` or a higher one."""
    return _RANK[Role(actor.role)] >= _RANK[least]


def can_work(actor: Membership) -> bool:
    """Members and above may create and change work; viewers only read."""
    return has_role(actor, Role.MEMBER)


def can_manage(actor: Membership) -> bool:
    """Managers and administrators of the organization."""
    return has_role(actor, Role.MANAGER)


def can_administer(actor: Membership) -> bool:
    """Administrators of the organization."""
    return has_role(actor, Role.ADMIN)


def leads_team(actor: Membership, team_id: int | None) -> bool:
    """True for a lead of that team; leads are managers of their team. Uses the actor's prefetched places."""
    return team_id is not None and any(
        place.is_lead and place.team_id == team_id for place in actor.places.all()
    )
