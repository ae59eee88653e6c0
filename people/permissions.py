"""What a membership may do. No HTTP, no query per row."""

from typing import Final

from people.choices import Permission, Role
from people.models import Membership

_WORK: Final = frozenset(
    {
        Permission.TASKS_CREATE,
        Permission.TASKS_COMPLETE,
        Permission.TASKS_EDIT,
        Permission.FEEDBACK_CREATE,
        Permission.FEEDBACK_ANSWER,
        Permission.FEEDBACK_EDIT,
        Permission.GOALS_OWN,
        Permission.KPIS_PUSH,
        Permission.KPIS_NOTE,
        Permission.SIGNALS_DECIDE,
    }
)
_LEAD: Final = _WORK | {
    Permission.TASKS_DELETE,
    Permission.FEEDBACK_DELETE,
    Permission.GOALS_MANAGE,
    Permission.KPIS_DEFINE,
    Permission.REMINDERS_MANAGE,
}
BUILT_IN: Final[dict[Role, frozenset[Permission]]] = {
    Role.VIEWER: frozenset(),
    Role.MEMBER: _WORK,
    Role.MANAGER: _LEAD,
    Role.ADMIN: frozenset(Permission),
}
_RANK = {Role.VIEWER: 0, Role.MEMBER: 1, Role.MANAGER: 2, Role.ADMIN: 3}


def permissions_of(actor: Membership) -> frozenset[Permission]:
    """Everything the actor may do: the set of their custom role, or else of their built-in one."""
    if actor.custom_role_id is not None and actor.custom_role is not None:
        return frozenset(Permission(held) for held in actor.custom_role.permissions if held in Permission)
    return BUILT_IN[Role(actor.role)]


def may(actor: Membership, permission: Permission) -> bool:
    """True where the actor's role holds the permission, and the membership is active."""
    return actor.is_active and permission in permissions_of(actor)


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
    """Whoever manages the people of the organization."""
    return may(actor, Permission.PEOPLE_MANAGE)


def leads_team(actor: Membership, team_id: int | None) -> bool:
    """True for a lead of that team; leads are managers of their team. Uses the actor's prefetched places."""
    return team_id is not None and any(
        place.is_lead and place.team_id == team_id for place in actor.places.all()
    )
