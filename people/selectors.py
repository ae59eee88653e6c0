"""Reads of the people app."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import Model, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from common.errors import NotVisible, Sentence
from common.tenancy import acting_for
from people.models import ApiToken, Membership, Team, TeamMembership, User

Row = TypeVar("Row", bound=Model)
NO_SUCH_ROW: Final = _("There is no such row in your organization.")


def memberships_of(user: User) -> QuerySet[Membership]:
    """The active memberships of a person with organization and team places loaded, oldest first."""
    return (
        Membership.objects.filter(user=user, is_active=True)
        .select_related("organization", "user", "custom_role")
        .prefetch_related(Prefetch("places", TeamMembership.objects.order_by("id")))
        .order_by("id")
    )


def acting_membership(user: User, organization_id: int | None) -> Membership | None:
    """The membership the person acts with: that of `organization_id`, or else their oldest one."""
    if organization_id is not None and (chosen := _membership_in(organization_id, user)):
        return chosen
    places = places_of(user)
    return _membership_in(places[0].organization_id, user) if places else None


def _membership_in(organization_id: int, user: User) -> Membership | None:
    with acting_for(organization_id):
        return memberships_of(user).filter(organization_id=organization_id).first()


@dataclass(frozen=True, slots=True)
class Place:
    """An organization in which a person is active."""

    organization_id: int
    name_en: str
    name_zh: str


def places_of(user: User) -> list[Place]:
    """Where the person may act, oldest membership first; the one answer that is about several organizations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_id, name_en, name_zh FROM people_places_of(%s)", [user.pk])
        return [Place(*row) for row in cursor.fetchall()]


def is_founded() -> bool:
    """Whether there is any organization; the database answers for all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_is_founded()")
        return bool(cursor.fetchone()[0])


def assignable_members(actor: Membership) -> QuerySet[Membership]:
    """Active members of the actor's organization, by name."""
    return (
        Membership.objects.visible_to(actor)
        .filter(is_active=True)
        .select_related("user")
        .order_by("user__name", "id")
    )


def teams(actor: Membership) -> QuerySet[Team]:
    """Teams of the actor's organization."""
    return Team.objects.visible_to(actor)


def members(actor: Membership) -> QuerySet[Membership]:
    """Everybody who is or was in the actor's organization, with their names. One query."""
    return Membership.objects.visible_to(actor).select_related("user")


def get_member(actor: Membership, member_id: int) -> Membership:
    """One of `members`; refuses one the actor cannot see. One query."""
    return _found(members(actor).filter(pk=member_id))


def get_team(actor: Membership, team_id: int) -> Team:
    """One team; refuses one the actor cannot see. One query."""
    return _found(teams(actor).filter(pk=team_id))


def get_token(actor: Membership, token_id: int) -> ApiToken:
    """One of the actor's own tokens; refuses others. One query."""
    return _found(tokens_of(actor).filter(pk=token_id))


def _found(rows: QuerySet[Row]) -> Row:
    row = rows.first()
    if row is None:
        raise NotVisible
    return row


def tokens_of(actor: Membership) -> QuerySet[ApiToken]:
    """The actor's own API tokens, newest first."""
    return ApiToken.objects.visible_to(actor).filter(membership=actor).order_by("-id")


def names_of_members(organization_id: int) -> list[tuple[str, int]]:
    """What files may call each active member, their address or their name, with the membership's id."""
    members = Membership.objects.filter(organization_id=organization_id, is_active=True)
    rows = members.values_list("user__email", "user__name", "pk")
    return [(name, pk) for email, own_name, pk in rows for name in {email, own_name}]


def names_of_teams(organization_id: int) -> list[tuple[str, int]]:
    """What files may call each team, its English or its Chinese name, with its id."""
    rows = Team.objects.filter(organization_id=organization_id).values_list("name_en", "name_zh", "pk")
    return [(name, pk) for name_en, name_zh, pk in rows for name in {name_en, name_zh}]


def unknown_links(
    organization_id: int, models: Mapping[str, type[Model]], links: Mapping[str, Any]
) -> dict[str, list[Sentence]]:
    """The refusal at each of `links` that is no row of its model in the organization, or a member who left.

    Rows of others and rows that do not exist are refused in the same words. One query per link.
    """
    return {
        name: [NO_SUCH_ROW]
        for name, model in models.items()
        if links.get(name) is not None and not _is_usable(organization_id, model, links[name])
    }


def _is_usable(organization_id: int, model: type[Model], row_id: int) -> bool:
    rows = model._default_manager.filter(organization_id=organization_id, pk=row_id)
    return (rows.filter(is_active=True) if model is Membership else rows).exists()
