"""Organizations and who belongs to them."""

from typing import Any

from django.db import transaction

from people.choices import Role
from people.models import Membership, Organization, Team, TeamMembership, User


@transaction.atomic
def create_organization(*, slug: str, **fields: Any) -> Organization:
    """A new organization; `fields` as in the model."""
    return Organization.objects.create(slug=slug, **fields)


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
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email=email, password=password, name=name, language=language)
    membership, _created = Membership.objects.get_or_create(
        organization=organization, user=user, defaults={"role": role}
    )
    for team, is_lead in (teams or {}).items():
        TeamMembership.objects.get_or_create(team=team, membership=membership, defaults={"is_lead": is_lead})
    return membership
