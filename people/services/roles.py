"""Custom roles of an organization, the end of a team, and how members have to sign in."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotAllowed, NotVisible, Sentence
from people.choices import Permission
from people.errors import RoleInUse, TeamInUse
from people.models import CustomRole, Invitation, Membership, Organization, Team
from people.permissions import may, permissions_of
from people.registry import record
from people.selectors import NO_SUCH_ROW


@transaction.atomic
def create_role(
    *, by: Membership, permissions: Iterable[str], name_en: str = "", name_zh: str = ""
) -> CustomRole:
    """A named set of permissions. Refuses permissions that `by` does not hold, and a role without a name."""
    role = CustomRole(organization_id=by.organization_id)
    return _save_role(role, by, permissions, (name_en, name_zh), "role.created")


@transaction.atomic
def edit_role(
    *, by: Membership, role_id: int, permissions: Iterable[str], name_en: str = "", name_zh: str = ""
) -> CustomRole:
    """The role holds these permissions, for all its holders from their next request on. Refuses as above."""
    role = _role(by, role_id)
    return _save_role(role, by, permissions, (name_en, name_zh), "role.edited")


@transaction.atomic
def delete_role(*, by: Membership, role_id: int) -> None:
    """The role is gone. Refuses one that members or open invitations hold."""
    role = _role(by, role_id)
    in_use = (
        role.holders.exists()
        or role.invitations.filter(accepted_at__isnull=True, withdrawn_at__isnull=True).exists()
    )
    if in_use:
        raise RoleInUse
    Invitation.objects.filter(custom_role=role).update(custom_role=None)
    record("role.deleted", subject=role, organization_id=by.organization_id, by=by)
    role.delete()


@transaction.atomic
def delete_team(*, by: Membership, team_id: int) -> None:
    """The team is gone, and nobody is in it. Refuses while something belongs to it."""
    _refuse_others(by)
    team = _team(by, team_id)
    record("team.deleted", subject=team, organization_id=by.organization_id, by=by)
    try:
        with transaction.atomic():
            team.delete()
    except ProtectedError as used:
        raise TeamInUse from used


@transaction.atomic
def require_two_step(*, by: Membership, required: bool) -> None:
    """Members without a second step can do nothing but set it up, from their next request on, or may again."""
    if not may(by, Permission.ORGANIZATION_MANAGE):
        raise NotAllowed
    changed = Organization.objects.filter(pk=by.organization_id, requires_two_step=not required)
    if changed.update(requires_two_step=required):
        record(
            "organization.sign_in_changed",
            subject=Organization(pk=by.organization_id),
            organization_id=by.organization_id,
            by=by,
            two_step=int(required),
        )


def _refuse_others(by: Membership) -> None:
    if not may(by, Permission.PEOPLE_MANAGE):
        raise NotAllowed


def _role(by: Membership, role_id: int) -> CustomRole:
    _refuse_others(by)
    role = CustomRole.objects.visible_to(by).select_for_update().filter(pk=role_id).first()
    if role is None:
        raise NotVisible
    if not set(role.permissions) <= permissions_of(by):
        raise NotAllowed
    return role


def _save_role(
    role: CustomRole, by: Membership, permissions: Iterable[str], names: tuple[str, str], verb: str
) -> CustomRole:
    _refuse_others(by)
    wanted = set(permissions)
    _refuse_wrong(role, *names, unknown=not wanted <= set(Permission.values))
    if not wanted <= permissions_of(by):
        raise NotAllowed
    role.permissions = [permission for permission in Permission.values if permission in wanted]
    role.save()
    record(
        verb, subject=role, organization_id=by.organization_id, by=by, permissions=",".join(role.permissions)
    )
    return role


def _team(by: Membership, team_id: int) -> Team:
    team = Team.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=team_id).first()
    if team is None:
        raise NotVisible
    return team


def _refuse_wrong(role: CustomRole, name_en: str, name_zh: str, *, unknown: bool) -> None:
    """Takes the names; refuses a role without one, and permissions that do not exist."""
    role.name_en, role.name_zh = name_en.strip(), name_zh.strip()
    problems: dict[str, list[Sentence]] = {}
    if not role.name_en and not role.name_zh:
        problems["name_en"] = [_("Give it a name in English, in Chinese, or in both.")]
    if unknown:
        problems["permissions"] = [NO_SUCH_ROW]
    if problems:
        raise InvalidInput(problems)
