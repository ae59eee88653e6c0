"""The cast and the stage that all tests share."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from people import services as people
from people.choices import Role, Scope
from people.models import Membership, Organization, Team

PASSWORD = "correct horse battery staple"
SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@dataclass(frozen=True)
class Cast:
    """ana leads support, ben is on her team, cleo is on another team, dan is in another organization."""

    organization: Organization
    support: Team
    field: Team
    ana: Membership
    ben: Membership
    cleo: Membership
    vera: Membership
    adam: Membership
    other: Organization
    dan: Membership


@cache
def password_hash() -> str:
    """The hash of everybody's password, made once: it is slow by design."""
    return make_password(PASSWORD)


def create_cast() -> Cast:
    """Two organizations with the people of the cast."""
    organization = people.create_organization(
        slug="acme", name_en="Acme", name_zh="极点", time_zone="Asia/Shanghai"
    )
    other = people.create_organization(
        slug="rival", name_en="Rival", time_zone="Europe/Berlin", language="en"
    )
    support = Team.objects.create(organization=organization, name_en="Support", name_zh="客户支持")
    field = Team.objects.create(organization=organization, name_en="Field service", name_zh="现场服务")

    def member(
        name: str, role: Role, where: Organization = organization, **teams: dict[Team, bool]
    ) -> Membership:
        membership = people.add_member(
            organization=where,
            email=f"{name}@example.test",
            name=name.title(),
            role=role,
            language="en",
            **teams,
        )
        membership.user.password = password_hash()
        membership.user.save(update_fields=["password"])
        return membership

    return Cast(
        organization=organization,
        support=support,
        field=field,
        ana=member("ana", Role.MANAGER, teams={support: True}),
        ben=member("ben", Role.MEMBER, teams={support: False}),
        cleo=member("cleo", Role.MEMBER, teams={field: False}),
        vera=member("vera", Role.VIEWER),
        adam=member("adam", Role.ADMIN),
        other=other,
        dan=member("dan", Role.ADMIN, other),
    )


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in the test's own database transaction."""
    return create_cast()


def sign_in(membership: Membership) -> Client:
    """A browser in which this member is signed in."""
    client = Client()
    client.force_login(membership.user)
    return client


def bearer(membership: Membership, *scopes: Scope) -> dict[str, str]:
    """Headers of a REST client with a token of this member; all scopes where none is named."""
    _token, secret = people.create_token(by=membership, name="test", scopes=list(scopes or Scope))
    return {"Authorization": f"Bearer {secret}"}


def shared_data(name: str) -> Path:
    """A real data file; skips the test where shared/data is absent."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"needs the real data file {name} in ../shared/data, which is not here")
    return path
