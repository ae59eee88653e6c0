"""Teams and the organization itself."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotAllowed, NotVisible, Sentence, StaleVersion
from people.choices import Permission
from people.models import Membership, Organization, Team
from people.permissions import may
from people.registry import record
from people.selectors import NO_SUCH_ROW

TEAM_FIELDS = ("name_en", "name_zh", "parent_id")
# In a statement PostgreSQL reads these as abbreviations with a fixed offset; the places have the clock that is meant.
ABBREVIATIONS = {
    "CET": "Europe/Brussels",
    "EET": "Europe/Athens",
    "MET": "Europe/Brussels",
    "WET": "Europe/Lisbon",
}
ORGANIZATION_FIELDS = ("name_en", "name_zh", "time_zone", "week_start", "fiscal_month", "language")


@transaction.atomic
def create_team(
    *, by: Membership, name_en: str = "", name_zh: str = "", parent_id: int | None = None
) -> Team:
    """A team without members. Only for those who manage people; refuses no name and a parent from elsewhere."""
    _refuse_others(by, Permission.PEOPLE_MANAGE)
    team = Team(
        organization_id=by.organization_id,
        name_en=name_en.strip(),
        name_zh=name_zh.strip(),
        parent_id=parent_id,
    )
    _refuse_wrong_team(team)
    team.save()
    record("team.created", subject=team, organization_id=by.organization_id, by=by)
    return team


@transaction.atomic
def edit_team(*, by: Membership, team_id: int, version: int | None, **changes: Any) -> Team:
    """The team has this name and place in the tree; no difference, no change.

    Only for those who manage people; refuses an old version, no name, and a parent from elsewhere or below it.
    """
    # Changes of the tree wait in line, so that two of them cannot close a circle.
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    team = Team.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=team_id).first()
    if team is None:
        raise NotVisible
    _refuse_others(by, Permission.PEOPLE_MANAGE)
    _refuse_stale(team.version, version)
    changed = _assigned(team, TEAM_FIELDS, changes)
    if changed:
        _refuse_wrong_team(team)
        team.version += 1
        team.save(update_fields=[*changed, "version", "updated_at"])
        record(
            "team.edited", subject=team, organization_id=by.organization_id, by=by, fields=",".join(changed)
        )
    return team


@transaction.atomic
def edit_organization(*, by: Membership, version: int | None, **changes: Any) -> Organization:
    """The organization has this name, language and calendar; a new time zone makes workers recompute all numbers.

    Only for those who manage the organization; refuses an old version, no name and an unknown time zone.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    _refuse_others(by, Permission.ORGANIZATION_MANAGE)
    _refuse_stale(organization.version, version)
    if changes.get("time_zone") in ABBREVIATIONS:
        changes["time_zone"] = ABBREVIATIONS[changes["time_zone"]]
    changed = _assigned(organization, ORGANIZATION_FIELDS, changes)
    problems: dict[str, list[Sentence]] = {}
    if not organization.name_en and not organization.name_zh:
        problems["name_en"] = [_("Give it a name in English, in Chinese, or in both.")]
    if "time_zone" in changed and organization.time_zone not in available_timezones():
        problems["time_zone"] = [_("There is no such time zone. Send a name such as Asia/Shanghai.")]
    if problems:
        raise InvalidInput(problems)
    if changed:
        organization.version += 1
        organization.save(update_fields=[*changed, "version", "updated_at"])
        record(
            "organization.edited",
            subject=organization,
            organization_id=organization.pk,
            by=by,
            fields=",".join(changed),
        )
    return organization


def _refuse_others(by: Membership, permission: Permission) -> None:
    if not may(by, permission):
        raise NotAllowed


def _refuse_stale(version: int, expected: int | None) -> None:
    if expected is not None and version != expected:
        raise StaleVersion


def _assigned(row: Any, known: tuple[str, ...], changes: Mapping[str, Any]) -> list[str]:
    """The names of what is different now."""
    changed = [name for name in known if name in changes and getattr(row, name) != changes[name]]
    for name in changed:
        setattr(row, name, changes[name])
    return changed


def _refuse_wrong_team(team: Team) -> None:
    problems: dict[str, list[Sentence]] = {}
    if not team.name_en and not team.name_zh:
        problems["name_en"] = [_("Give it a name in English, in Chinese, or in both.")]
    parents = dict(Team.objects.filter(organization_id=team.organization_id).values_list("pk", "parent_id"))
    if team.parent_id is not None and team.parent_id not in parents:
        problems["parent_id"] = [NO_SUCH_ROW]
    above = team.parent_id
    while above is not None and above != team.pk:
        above = parents.get(above)
    if above is not None:
        problems["parent_id"] = [_("A team cannot be below itself.")]
    if problems:
        raise InvalidInput(problems)
