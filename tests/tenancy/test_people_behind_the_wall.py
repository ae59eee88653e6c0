"""Accounts belong to no organization; each sees those of its members, everybody their own, and nobody the rest."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.usersessions.models import UserSession
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.urls import get_resolver
from django.utils import timezone

from common.tenancy import across_organizations, acting_for, among_all_people, in_no_organization, meet
from common.wall.policies import POST, WEB, WORKER
from common.wall.tables import PEOPLE
from people import services as people
from people.checks import doors
from people.choices import AccountMailKind, Role
from people.models import AccountMail, User
from tests.architecture.source import APPS, files, name
from tests.architecture.world import may_act_as
from tests.conftest import Cast
from tests.tenancy.conftest import acting_as

# Where opsteam finds out who somebody is; everything else sees no account but of members and of who asks.
IDENTIFYING = {
    "invitations/<str:token>/",
    "password/<str:key>/",
    "setup/<str:token>/",
    "sign-in/",
    "sign-in/code/",
    "sign-in/passkey/",
    "sign-in/provider/answer/",
}
# And what asks for everybody's: whether an address is taken or known, mails to it, and taking somebody out.
ASKING = {
    "notifications/selectors/account_letters.py",
    "opsteam/operating/personal/erasure.py",
    "people/access.py",
    "people/services/account_mail.py",
    "people/services/accounts.py",
    "people/services/members.py",
}


@pytest.fixture
def rows(cast: Cast) -> dict[str, list[Model]]:
    """A row of ana's and one of dan's in each table about people; dan is in another organization only."""
    may_act_as(WEB, WORKER)
    made = [_account_of(member.user) for member in (cast.ana, cast.dan)]
    found = {table: [each[table] for each in made] for table in made[0]}
    assert found.keys() == PEOPLE.keys(), "make a row of the new table here"
    connection.check_constraints()
    return found


def _account_of(user: User) -> dict[str, Model]:
    address = EmailAddress.objects.create(user=user, email=user.email)
    elsewhere = SocialAccount.objects.create(user=user, provider="oidc", uid=user.email)
    every = (
        user,
        address,
        EmailConfirmation.objects.create(email_address=address, key=user.email, sent=timezone.now()),
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={}),
        AccountMail.objects.create(kind=AccountMailKind.NEW_DEVICE, user=user, email=user.email),
        elsewhere,
        SocialToken.objects.create(account=elsewhere, token="t"),
        UserSession.objects.create(
            user=user, ip="192.0.2.1", session_key=user.email, last_seen_at=timezone.now()
        ),
    )
    return {row._meta.db_table: row for row in every}


def seen(rows: dict[str, list[Model]]) -> dict[str, str]:
    """Which of ana's and dan's rows can be seen in each table: `a`, `d`, `ad` or nothing."""
    found = {}
    for table, (anas, dans) in rows.items():
        pks = set(type(anas)._base_manager.filter(pk__in=[anas.pk, dans.pk]).values_list("pk", flat=True))
        found[table] = ("a" if anas.pk in pks else "") + ("d" if dans.pk in pks else "")
    return found


def everywhere(what: str) -> dict[str, str]:
    return dict.fromkeys(PEOPLE, what)


def test_the_web_sees_the_accounts_of_members_only(cast: Cast, rows: Any) -> None:
    with acting_as(WEB, cast.organization.pk):
        assert seen(rows) == everywhere("a")
        assert not User.objects.filter(email="dan@example.test").exists()
    with acting_as(WEB, cast.other.pk):
        assert seen(rows) == everywhere("d")


def test_outside_any_organization_only_who_asks_is_seen(cast: Cast, rows: Any) -> None:
    with acting_as(WEB), in_no_organization():
        assert seen(rows) == everywhere("")
        assert not User.objects.exists()
        meet(cast.dan.user_id)
        assert seen(rows) == everywhere("d")
        assert User.objects.count() == 1


def test_where_it_is_found_out_who_asks_everybody_is_seen_and_not_a_moment_longer(
    cast: Cast, rows: Any
) -> None:
    with acting_as(WEB, cast.organization.pk):
        with among_all_people():
            assert seen(rows) == everywhere("ad")
        assert seen(rows) == everywhere("a")


def test_somebody_in_two_organizations_is_seen_in_both(cast: Cast, rows: Any) -> None:
    people.add_member(organization=cast.organization, email="dan@example.test", name="", role=Role.VIEWER)
    with acting_as(WEB, cast.organization.pk):
        assert seen(rows) == everywhere("ad")
    with acting_as(WEB, cast.other.pk):
        assert seen(rows) == everywhere("d")


def test_a_worker_sees_an_organizations_people_or_all_where_it_says_so(cast: Cast, rows: Any) -> None:
    with acting_as(WORKER, cast.organization.pk):
        assert seen(rows) == everywhere("a") | {POST: "ad"}
    with acting_as(WORKER), across_organizations():
        assert seen(rows) == everywhere("ad")
    with acting_as(WORKER):
        assert seen(rows) == everywhere("") | {POST: "ad"}


def test_the_web_can_neither_change_nor_make_what_it_does_not_see(cast: Cast, rows: Any) -> None:
    with acting_as(WEB, cast.organization.pk):
        for anas, dans in rows.values():
            others = type(dans)._base_manager.filter(pk=dans.pk)
            assert others.update(id=dans.pk) == 0
            assert others._raw_delete("default") == 0
            assert type(anas)._base_manager.filter(pk=anas.pk).update(id=anas.pk) == 1
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            UserSession.objects.create(
                user_id=cast.dan.user_id, ip="192.0.2.1", session_key="x", last_seen_at=timezone.now()
            )


@pytest.mark.parametrize("table", PEOPLE)
def test_without_its_policy_a_table_would_show_everybody(cast: Cast, rows: Any, table: str) -> None:
    """The negative twin of all of the above."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        with acting_as(WEB, cast.organization.pk):
            assert seen(rows)[table] == "ad"
        transaction.set_rollback(True)


def test_these_doors_alone_see_everybody() -> None:
    found = {address for address, view in doors(get_resolver()) if getattr(view, "identifies", False)}
    assert found == IDENTIFYING


def test_nothing_else_asks_for_everybodys_account() -> None:
    asking = {name(path) for path in files(*APPS) if "among_all_people()" in path.read_text("utf-8")}
    assert asking - {"common/tenancy.py"} == ASKING


def test_acting_for_an_organization_forgets_nobody_who_asks(cast: Cast, rows: Any) -> None:
    """A person who acts elsewhere for a moment, as when they choose an organization, still sees their own account."""
    with acting_as(WEB), in_no_organization():
        meet(cast.dan.user_id)
        with acting_for(cast.organization.pk):
            assert seen(rows) == everywhere("ad")
