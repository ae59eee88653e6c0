"""Custom roles of an organization, the end of a team, and how members have to sign in."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotAllowed, NotVisible, Sentence, StaleVersion
from people.choices import Permission
from people.errors import RoleInUse, TeamInUse
from people.models import CustomRole, Invitation, Membership, Organization, Team
from people.permissions import may, permissions_of
from people.registry import record
from people.selectors import NO_SUCH_ROW, who_keeps


@transaction.atomic
def create_role(
    *, by: Membership, permissions: Iterable[str], name_en: str = "", name_zh: str = ""
) -> CustomRole:
    """A named set of permissions. Refuses permissions that `by` does not hold, and a role without a name."""
    _refuse_others(by)
    role = CustomRole(organization_id=by.organization_id)
    _assign(role, by, {"permissions": permissions, "name_en": name_en, "name_zh": name_zh})
    role.save()
    _tell("role.created", role, by)
    return role


@transaction.atomic
def edit_role(*, by: Membership, role_id: int, version: int | None = None, **changes: Any) -> CustomRole:
    """The role has these names and permissions, for all its holders from their next request on.

    No difference, no change. Refuses as above, and an old version.
    """
    role = _role(by, role_id, version)
    if _assign(role, by, changes):
        role.version += 1
        role.save()
        _tell("role.edited", role, by)
    return role


@transaction.atomic
def delete_role(*, by: Membership, role_id: int, version: int | None = None) -> None:
    """The role is gone. Refuses one that members or open invitations hold, and an old version."""
    role = _role(by, role_id, version)
    if any(who_keeps(role)):
        raise RoleInUse
    Invitation.objects.filter(custom_role=role).update(custom_role=None)
    record("role.deleted", subject=role, organization_id=by.organization_id, by=by)
    role.delete()


@transaction.atomic
def delete_team(*, by: Membership, team_id: int, version: int | None = None) -> None:
    """The team is gone, and nobody is in it. Refuses while something belongs to it, and an old version."""
    _refuse_others(by)
    team = _team(by, team_id)
    if version is not None and team.version != version:
        raise StaleVersion
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


def _role(by: Membership, role_id: int, version: int | None) -> CustomRole:
    _refuse_others(by)
    role = CustomRole.objects.visible_to(by).select_for_update().filter(pk=role_id).first()
    if role is None:
        raise NotVisible
    if not set(role.permissions) <= permissions_of(by):
        raise NotAllowed
    if version is not None and role.version != version:
        raise StaleVersion
    return role


def _assign(role: CustomRole, by: Membership, changes: Mapping[str, Any]) -> list[str]:
    """Sets what differs and returns its names. Refuses no name, and permissions that are none or that `by` lacks."""
    wanted = set(changes.get("permissions", role.permissions))
    fields: dict[str, Any] = {
        name: str(changes.get(name, getattr(role, name))).strip() for name in ("name_en", "name_zh")
    }
    problems: dict[str, list[Sentence]] = {}
    if not any(fields.values()):
        problems["name_en"] = [_("Give it a name in English, in Chinese, or in both.")]
    if not wanted <= set(Permission.values):
        problems["permissions"] = [NO_SUCH_ROW]
    if problems:
        raise InvalidInput(problems)
    if not wanted <= permissions_of(by):
        raise NotAllowed
    fields["permissions"] = [permission for permission in Permission.values if permission in wanted]
    changed = [name for name, value in fields.items() if getattr(role, name) != value]
    for name in changed:
        setattr(role, name, fields[name])
    return changed


def _tell(verb: str, role: CustomRole, by: Membership) -> None:
    held = ",".join(role.permissions)
    record(verb, subject=role, organization_id=by.organization_id, by=by, permissions=held)


def _team(by: Membership, team_id: int) -> Team:
    team = Team.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=team_id).first()
    if team is None:
        raise NotVisible
    return team
