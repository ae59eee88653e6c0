"""Reads of the people app."""

from django.db.models import Prefetch, QuerySet

from people.models import ApiToken, Membership, Team, TeamMembership, User


def memberships_of(user: User) -> QuerySet[Membership]:
    """The active memberships of a person with organization and team places loaded, oldest first."""
    return (
        Membership.objects.filter(user=user, is_active=True)
        .select_related("organization", "user")
        .prefetch_related(Prefetch("places", TeamMembership.objects.order_by("id")))
        .order_by("id")
    )


def acting_membership(user: User, organization_id: int | None) -> Membership | None:
    """The membership the person acts with: that of `organization_id`, or else their oldest one."""
    memberships = list(memberships_of(user))
    chosen = [membership for membership in memberships if membership.organization_id == organization_id]
    return next(iter(chosen or memberships), None)


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
