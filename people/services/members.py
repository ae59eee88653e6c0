"""Who belongs to an organization, in which role and in which teams."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from common.tenancy import acting_for, among_all_people
from people.choices import Permission, Role
from people.errors import LastAdministrator
from people.models import CustomRole, Membership, Organization, Team, TeamMembership, User
from people.permissions import can_give, can_manage_team, can_rule_over, may
from people.registry import record
from people.selectors import NO_SUCH_ROW


@transaction.atomic
def create_organization(*, slug: str, **fields: Any) -> Organization:
    """A new organization; `fields` as in the model. What follows in it needs `tenancy.acting_for`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('people_organization', 'id'))")
        organization_id = cursor.fetchone()[0]
    with acting_for(organization_id):
        return Organization.objects.create(pk=organization_id, slug=slug, **fields)


@transaction.atomic
def add_member(
    *,
    organization: Organization,
    email: str,
    name: str,
    role: Role,
    password: str | None = None,
    language: str = "",
    teams: dict[Team, bool] | None = None,
) -> Membership:
    """A person in the organization (created where unknown); `teams` maps each team to whether they lead it."""
    with among_all_people():
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User.objects.create_user(email=email, password=password, name=name, language=language)
    with acting_for(organization.pk):
        membership, _created = Membership.objects.get_or_create(
            organization=organization, user=user, defaults={"role": role}
        )
        for team, is_lead in (teams or {}).items():
            TeamMembership.objects.get_or_create(
                team=team, membership=membership, defaults={"is_lead": is_lead}
            )
    return membership


@transaction.atomic
def edit_member(
    *,
    by: Membership,
    membership_id: int,
    version: int | None,
    teams: Mapping[int, bool],
    role: Role,
    custom_role_id: int | None,
) -> Membership:
    """The member has this role and is in exactly these teams: both or neither. Refuses as both, and an old version."""
    give_role(by=by, membership_id=membership_id, version=version, role=role, custom_role_id=custom_role_id)
    return place_in_teams(by=by, membership_id=membership_id, teams=teams)


@transaction.atomic
def give_role(
    *,
    by: Membership,
    membership_id: int,
    role: Role,
    custom_role_id: int | None = None,
    version: int | None = None,
) -> Membership:
    """The member has this role from their next request on: a built-in one, or a custom role. No difference, no change.

    Refuses who may not manage people, an old version, roles that hold more than the giver's own, and taking the last
    administrator away.
    """
    member = _member(by, membership_id, version)
    custom = chosen_role(by, custom_role_id)
    if not can_give(by, role=role, custom_role=custom):
        raise NotAllowed
    role = Role.VIEWER if custom else role
    if (member.role, member.custom_role_id) == (role, custom_role_id):
        return member
    if role != Role.ADMIN:
        _keep_an_administrator(member)
    member.role, member.custom_role = role, custom
    _save(member, "role", "custom_role")
    _tell("member.role_changed", member, by, role=str(custom.pk if custom else role))
    return member


@transaction.atomic
def deactivate(*, by: Membership, membership_id: int, version: int | None = None) -> Membership:
    """The member can do nothing here from their next request on, by page or by token; their work stays theirs.

    Refuses who may not manage people, an old version, and the last administrator.
    """
    member = _member(by, membership_id, version)
    _keep_an_administrator(member)
    return _set_active(member, by, active=False)


@transaction.atomic
def reactivate(*, by: Membership, membership_id: int, version: int | None = None) -> Membership:
    """The member is back in the role they had. Refuses an old version."""
    return _set_active(_member(by, membership_id, version), by, active=True)


@transaction.atomic
def place_in_teams(*, by: Membership, membership_id: int, teams: Mapping[int, bool]) -> Membership:
    """The member is in exactly these teams; each maps to whether they lead it. No difference, no change.

    Refuses teams of others.
    """
    member = _member(by, membership_id)
    known = set(Team.objects.visible_to(by).filter(pk__in=teams).values_list("pk", flat=True))
    if known != set(teams):
        raise InvalidInput({"teams": [NO_SUCH_ROW]})
    places = TeamMembership.objects.filter(membership=member)
    if dict(places.values_list("team_id", "is_lead")) == dict(teams):
        return member
    places.exclude(team_id__in=known).delete()
    for team_id, is_lead in teams.items():
        _place(member, team_id, is_lead=is_lead)
    _save(member)
    _tell("member.placed", member, by, teams=",".join(str(team_id) for team_id in sorted(known)))
    return member


@transaction.atomic
def place_in_team(*, by: Membership, team_id: int, membership_id: int, is_lead: bool) -> None:
    """The member is in the team; no difference, no change.

    Leads of the team may do this as well, but only managers of people name leads.
    """
    member = _teammate(by, team_id, membership_id)
    if is_lead and not may(by, Permission.PEOPLE_MANAGE):
        raise NotAllowed
    if TeamMembership.objects.filter(team_id=team_id, membership=member, is_lead=is_lead).exists():
        return
    _place(member, team_id, is_lead=is_lead)
    _save(member)
    _tell("member.placed", member, by, team_id=team_id)


@transaction.atomic
def remove_from_team(*, by: Membership, team_id: int, membership_id: int) -> None:
    """The member is not in the team. Leads of the team may remove members, not other leads."""
    member = _teammate(by, team_id, membership_id)
    place = TeamMembership.objects.filter(team_id=team_id, membership=member).first()
    if place is None:
        return
    if place.is_lead and member.pk != by.pk and not may(by, Permission.PEOPLE_MANAGE):
        raise NotAllowed
    place.delete()
    _save(member)
    _tell("member.placed", member, by, left_team_id=team_id)


def chosen_role(by: Membership, custom_role_id: int | None) -> CustomRole | None:
    """The custom role of `by`'s organization. Refuses one of another."""
    if custom_role_id is None:
        return None
    custom = CustomRole.objects.visible_to(by).filter(pk=custom_role_id).first()
    if custom is None:
        raise InvalidInput({"role": [NO_SUCH_ROW]})
    return custom


def _member(by: Membership, membership_id: int, version: int | None = None) -> Membership:
    member = (
        Membership.objects.visible_to(by)
        .select_related("user")
        .select_for_update(of=("self",))
        .filter(pk=membership_id)
        .first()
    )
    if member is None:
        raise NotVisible
    if not can_rule_over(by, member):
        raise NotAllowed
    if version is not None and member.version != version:
        raise StaleVersion
    return member


def _teammate(by: Membership, team_id: int, membership_id: int) -> Membership:
    team = Team.objects.visible_to(by).filter(pk=team_id).first()
    members = Membership.objects.visible_to(by).select_for_update(of=("self",), no_key=True)
    member = members.filter(pk=membership_id).first()
    if team is None or member is None:
        raise NotVisible
    if not can_manage_team(by, team_id):
        raise NotAllowed
    return member


def _keep_an_administrator(member: Membership) -> None:
    """Locks all administrators, so that two of them cannot remove each other at the same time."""
    everybody = Membership.objects.filter(
        organization_id=member.organization_id, role=Role.ADMIN, is_active=True, user__is_active=True
    )
    administrators = list(
        everybody.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)
    )
    if administrators == [member.pk]:
        raise LastAdministrator


def _place(member: Membership, team_id: int, *, is_lead: bool) -> None:
    TeamMembership.objects.update_or_create(team_id=team_id, membership=member, defaults={"is_lead": is_lead})


def _set_active(member: Membership, by: Membership, *, active: bool) -> Membership:
    if member.is_active != active:
        member.is_active = active
        _save(member, "is_active")
        _tell("member.reactivated" if active else "member.deactivated", member, by)
    return member


def _save(member: Membership, *fields: str) -> None:
    """What changed of a locked member, as the next version."""
    member.version += 1
    member.save(update_fields=[*fields, "version", "updated_at"])


def _tell(verb: str, member: Membership, by: Membership, **facts: str | int) -> None:
    record(verb, subject=member, organization_id=member.organization_id, by=by, **facts)
