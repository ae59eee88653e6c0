"""What a membership may do. No HTTP, no query per row."""

from typing import Final

from people.choices import Permission, Role
from people.models import CustomRole, Membership

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


def permissions_of(actor: Membership) -> frozenset[Permission]:
    """Everything the actor may do: the set of their custom role, or else of their built-in one."""
    if actor.custom_role_id is not None and actor.custom_role is not None:
        return frozenset(Permission(held) for held in actor.custom_role.permissions if held in Permission)
    return BUILT_IN[Role(actor.role)]


def may(actor: Membership, permission: Permission) -> bool:
    """True where the actor's role holds the permission, and the membership is active."""
    return actor.is_active and permission in permissions_of(actor)


def can_manage(actor: Membership) -> bool:
    """Whoever sets the goals of everybody: managers, administrators, and custom roles like theirs."""
    return may(actor, Permission.GOALS_MANAGE)


def can_administer(actor: Membership) -> bool:
    """Whoever manages the people of the organization."""
    return may(actor, Permission.PEOPLE_MANAGE)


def can_give(actor: Membership, *, role: Role, custom_role: CustomRole | None = None) -> bool:
    """Whoever manages people may give roles, but none that holds more than their own."""
    wanted = BUILT_IN[role] if custom_role is None else set(custom_role.permissions)
    return may(actor, Permission.PEOPLE_MANAGE) and wanted <= permissions_of(actor)


def can_rule_over(actor: Membership, member: Membership) -> bool:
    """Whoever manages people may change members who hold no more than they do."""
    is_ours = member.organization_id == actor.organization_id
    return (
        is_ours and may(actor, Permission.PEOPLE_MANAGE) and permissions_of(member) <= permissions_of(actor)
    )


def can_manage_team(actor: Membership, team_id: int) -> bool:
    """Whoever manages people, and the leads of the team."""
    return may(actor, Permission.PEOPLE_MANAGE) or leads_team(actor, team_id)


def leads_team(actor: Membership, team_id: int | None) -> bool:
    """True for a lead of that team; leads are managers of their team. Uses the actor's prefetched places."""
    return (
        actor.is_active
        and team_id is not None
        and any(place.is_lead and place.team_id == team_id for place in actor.places.all())
    )


def leads_any_team(actor: Membership) -> bool:
    """True for a lead of some team."""
    return actor.is_active and any(place.is_lead for place in actor.places.all())
