"""Reads of the people app."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import BooleanField, Count, Model, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.errors import NotVisible, Sentence
from common.tenancy import acting_for
from people.models import (
    ApiToken,
    CustomRole,
    Invitation,
    Membership,
    Organization,
    Team,
    TeamMembership,
    User,
)

Row = TypeVar("Row", bound=Model)
WITH_PARTS: Final = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM people_team WHERE id = %s
    UNION SELECT t.id FROM people_team AS t JOIN below AS b ON t.parent_id = b.id
) SELECT id FROM below
"""
SESSION_ORGANIZATION: Final = "organization_id"
HAS_SEVERAL_PLACES: Final = "(SELECT count(*) > 1 FROM people_places_of(people_membership.user_id))"
# In this order: most browsers also claim to be those further down.
_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger", "WeChat"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
NO_SUCH_ROW: Final = _("There is no such row in your organization.")


def ids_with_parts(team_id: int) -> RawSQL:
    """The ids of a team and of all teams below it, as a part of a statement."""
    return RawSQL(WITH_PARTS, [team_id])  # noqa: S611 - a constant text


def with_parts(team_id: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    """The ids of a team and of all teams below it, where it is known already which team is below which."""
    found, waiting = {team_id}, [team_id]
    while waiting:
        above = waiting.pop()
        below = {each for each, parent in parents.items() if parent == above} - found
        found |= below
        waiting.extend(below)
    return frozenset(found)


def memberships_of(user: User | int) -> QuerySet[Membership]:
    """The active memberships of a person with account, organization and home team loaded, oldest first."""
    return (
        Membership.objects.filter(user=user, is_active=True)
        .select_related("organization", "user", "custom_role", "home_team")
        .order_by("id")
    )


def first_membership(user: User) -> Membership | None:
    """The membership that a person acts with where their session names no organization of theirs."""
    places = places_of(user)
    return place_in(places[0].organization_id, user) if places else None


def place_in(organization_id: int, user: User | int) -> Membership | None:
    """The active membership of the person there, with `has_several_places`: whether they have others elsewhere.

    Its team places are read when they are first asked for, and once.
    """
    several = RawSQL(HAS_SEVERAL_PLACES, (), BooleanField())  # noqa: S611 - a constant text
    with acting_for(organization_id):
        here = memberships_of(user).filter(organization_id=organization_id)
        found = here.annotate(has_several_places=several).first()
    if found is not None:
        # As a prefetch would leave them, but not read yet: most requests never ask.
        found._prefetched_objects_cache = {"places": found.places.order_by("id")}  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """An organization in which a person is active."""

    organization_id: int
    name_en: str
    name_zh: str

    @property
    def name(self) -> str:
        """The organization's name in the reader's language, or the other one where it is missing."""
        is_chinese = (get_language() or "en").startswith("zh")
        return (is_chinese and self.name_zh) or self.name_en or self.name_zh


def places_of(user: User) -> list[Place]:
    """Where the person may act, where they last were first, then the oldest membership.

    It is the one answer that is about several organizations.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_id, name_en, name_zh FROM people_places_of(%s)", [user.pk])
        return [Place(*row) for row in cursor.fetchall()]


def open_invitations_to(email: str) -> list[tuple[int, int]]:
    """Organization and id of every open invitation to the address, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_id, invitation_id FROM people_invitations_to(%s)", [email])
        return [(organization_id, invitation_id) for organization_id, invitation_id in cursor.fetchall()]


def organization_by_slug(slug: str) -> Organization | None:
    """The organization with this short name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_organization_by_slug(%s)", [slug])
        organization_id = cursor.fetchone()[0]
    if organization_id is None:
        return None
    with acting_for(organization_id):
        return Organization.objects.get(pk=organization_id)


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


def people_found(actor: Membership, words: str, *, with_former: bool = False) -> QuerySet[Membership]:
    """Members whose name holds each of the words or is typed like it: `zs` finds 张三; those who left if asked for.

    By name. One query.
    """
    here = members(actor).order_by("user__name", "id") if with_former else assignable_members(actor)
    found = here.select_related("custom_role")
    for word in words.lower().split():
        found = found.filter(Q(user__name__icontains=word) | Q(user__search_keys__contains=f" {word}"))
    return found


def home_team(actor: Membership) -> Team | None:
    """The team with whose eyes the actor looks, where a page is not told another; None: all. No query."""
    return actor.home_team


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


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Somewhere a person is signed in."""

    pk: int
    device: str
    address: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


def sessions_of(user: User, session_key: str | None) -> list[OpenSession]:
    """Where the person is signed in: this session first, then by when it was last used."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows = UserSession.objects.filter(user_id=user.pk, session_key__in=alive).order_by("-last_seen_at")
    listed = [
        OpenSession(
            pk=row.pk,
            device=device_name(row.user_agent),
            address=row.ip,
            started_at=row.created_at,
            seen_at=row.last_seen_at,
            is_this=row.session_key == session_key,
        )
        for row in rows
    ]
    return sorted(listed, key=lambda each: not each.is_this)


def device_name(agent: str) -> str:
    """What a browser calls itself, in the words of people: `Firefox, Windows`."""
    known = [next((name for mark, name in names if mark in agent), "") for names in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, known)) or agent[:40]


@dataclass(frozen=True, slots=True)
class SecondStep:
    """An authenticator app or a passkey."""

    pk: int
    is_passkey: bool
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecondSteps:
    """What opens an account besides its password."""

    app: SecondStep | None
    passkeys: list[SecondStep]
    codes_left: int

    @property
    def all(self) -> list[SecondStep]:
        """The app and the passkeys."""
        return [*([self.app] if self.app else []), *self.passkeys]


def second_steps(user: User) -> SecondSteps:
    """The person's own second steps, oldest first. One query."""
    rows = list(Authenticator.objects.filter(user_id=user.pk).order_by("pk"))
    steps = [
        SecondStep(
            pk=row.pk,
            is_passkey=row.type == Authenticator.Type.WEBAUTHN,
            name=row.data.get("name", ""),
            added_at=row.created_at,
            used_at=row.last_used_at,
        )
        for row in rows
        if row.type != Authenticator.Type.RECOVERY_CODES
    ]
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return SecondSteps(
        app=next((step for step in steps if not step.is_passkey), None),
        passkeys=[step for step in steps if step.is_passkey],
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
    )


def invitations(actor: Membership) -> QuerySet[Invitation]:
    """Invitations that nobody has accepted or withdrawn yet, newest first."""
    open_ones = Invitation.objects.visible_to(actor).filter(accepted_at=None, withdrawn_at=None)
    return open_ones.select_related("custom_role", "invited_by__user").order_by("-id")


def get_invitation(actor: Membership, invitation_id: int) -> Invitation:
    """One of `invitations`. One query."""
    return _found(invitations(actor).filter(pk=invitation_id))


def members_without_second_step(actor: Membership) -> QuerySet[Membership]:
    """Active members who have neither an authenticator app nor a passkey, by name."""
    proved = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values("user_id")
    return assignable_members(actor).exclude(user_id__in=proved)


def roles(actor: Membership) -> QuerySet[CustomRole]:
    """The organization's own roles, with how many hold each."""
    return CustomRole.objects.visible_to(actor).annotate(held_by=Count("holders")).order_by("id")


def get_role(actor: Membership, role_id: int) -> CustomRole:
    """One of the organization's own roles."""
    return _found(roles(actor).filter(pk=role_id))


def who_keeps(role: CustomRole) -> tuple[list[Membership], list[Invitation]]:
    """The members and the open invitations that hold the role: while there are any, it cannot be deleted."""
    holders = Membership.objects.filter(custom_role=role).select_related("user").order_by("user__name", "pk")
    waiting = Invitation.objects.filter(custom_role=role, accepted_at=None, withdrawn_at=None)
    return list(holders), list(waiting)


def teams_with_members(actor: Membership) -> QuerySet[Team]:
    """Teams with who is in them, leads first, and whose part they are."""
    places = TeamMembership.objects.select_related("membership__user").order_by(
        "-is_lead", "membership__user__name"
    )
    return (
        Team.objects.visible_to(actor).select_related("parent").prefetch_related(Prefetch("places", places))
    )


def has_account(email: str) -> bool:
    """Whether somebody signs in with this address; only for whoever holds a link that was sent to it."""
    return User.objects.filter(email__iexact=email).exists()
