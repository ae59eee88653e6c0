"""The cast and the stage that all tests share."""

import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connection
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.test import Client, TransactionTestCase
from django.utils import translation

from activity.kinds import KINDS
from activity.models import Event
from people import services as people
from people.choices import Role, Scope
from people.models import Membership, Organization, Team, TeamMembership, User
from people.selectors import SESSION_ORGANIZATION
from tests.emptying import empty_tables
from tests.services import MADE, TEMPLATE

ROLES = {
    "ana": Role.MANAGER,
    "ben": Role.MEMBER,
    "cleo": Role.MEMBER,
    "vera": Role.VIEWER,
    "adam": Role.ADMIN,
    "dan": Role.ADMIN,
}
CHEAP_HASHES = {"memory_cost": 1_024, "time_cost": 1, "parallelism": 1}
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


@receiver(post_save, sender=Event)
def every_event_is_about_a_kind_with_words(instance: Event, **_facts: object) -> None:
    """Whatever row any test records something of: pages tell it in words."""
    labels = {model._meta.label_lower for model in apps.get_models()}
    assert instance.subject_type not in labels - KINDS.keys(), f"no words for {instance.subject_type}"


@cache
def password_hash() -> str:
    """The hash of everybody's password, made once."""
    return make_password(PASSWORD)


def create_cast() -> Cast:
    """Two organizations with the people of the cast, in few statements: nearly every test begins with it."""
    organization = people.create_organization(
        slug="acme", name_en="Acme", name_zh="极点", time_zone="Asia/Shanghai"
    )
    other = people.create_organization(
        slug="rival", name_en="Rival", time_zone="Europe/Berlin", language="en"
    )
    users = User.objects.bulk_create(
        User(email=f"{name}@example.test", name=name.title(), language="en", password=password_hash())
        for name in ROLES
    )
    support, field = Team.objects.bulk_create(
        Team(organization=organization, name_en=name_en, name_zh=name_zh)
        for name_en, name_zh in (("Support", "客户支持"), ("Field service", "现场服务"))
    )
    members = Membership.objects.bulk_create(
        Membership(organization=other if name == "dan" else organization, user=user, role=role)
        for user, (name, role) in zip(users, ROLES.items(), strict=True)
    )
    by_name = dict(zip(ROLES, members, strict=True))
    TeamMembership.objects.bulk_create(
        TeamMembership(team=team, membership=by_name[name], is_lead=name == "ana")
        for team, name in ((support, "ana"), (support, "ben"), (field, "cleo"))
    )
    return Cast(organization=organization, support=support, field=field, other=other, **by_name)


def pytest_collection_finish() -> None:
    """Half a gigabyte of code and tests stays to the end: whoever collects garbage need not look through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A worker's database begins as a copy of the one that the controller made."""
    if MADE in os.environ:
        connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


@pytest.fixture(scope="session", autouse=True)
def haste() -> Iterator[None]:
    """What is slow by design or out of caution in a real installation is quick here, and the same otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        for name, cost in CHEAP_HASHES.items():
            patch.setattr(Argon2PasswordHasher, name, cost)
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What a page or a command of one test was asked in says nothing about the next."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in the test's own database transaction."""
    return create_cast()


def sign_in(membership: Membership) -> Client:
    """A browser in which this member is signed in, in their organization."""
    client = Client()
    client.force_login(membership.user)
    session = client.session
    session[SESSION_ORGANIZATION] = membership.organization_id
    session.save()
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
