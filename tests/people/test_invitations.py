"""Coming into an organization by a link."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.errors import InvalidInput, NotAllowed, NotVisible
from people import services
from people.choices import Permission, Role
from people.errors import InvitedAlready, LinkWorthless
from people.models import Invitation, Membership, User
from tests.conftest import Cast, sign_in
from tests.people.browsing import link_in, sent, signed_in

GOOD = "seven grey herons at noon"
NEW = {"name": "Nora", "password": GOOD, "language": "zh-hans"}


def invited(cast: Cast, email: str = "nora@example.test", **terms: object) -> tuple[Invitation, str]:
    """An invitation by adam, and the path of its link."""
    terms = {"role": Role.MEMBER, "team_ids": [cast.support.pk], **terms}
    invitation = services.invite(by=cast.adam, email=email, **terms)  # type: ignore[arg-type] # of the right kinds
    return invitation, link_in(sent()[-1])


def test_somebody_new_sets_a_name_and_a_password_and_is_in(cast: Cast) -> None:
    _invitation, link = invited(cast)
    client = Client()
    assert "Acme" in client.get(link).content.decode()
    assert client.post(link, {**NEW, "password": "password1"}).status_code == 422
    assert not User.objects.filter(email="nora@example.test").exists()
    assert client.post(link, NEW).status_code == 302
    nora = Membership.objects.get(user__email="nora@example.test")
    assert (nora.role, [place.team_id for place in nora.places.all()]) == (Role.MEMBER, [cast.support.pk])
    assert client.get("/tasks/").status_code == 200, "and signed in"
    assert Client().get(link).status_code == 404, "the link is used up"


def test_somebody_with_an_account_signs_in_and_joins(cast: Cast) -> None:
    _invitation, link = invited(cast, cast.dan.user.email.upper(), role=Role.VIEWER, team_ids=[])
    stranger = Client().get(link).content.decode()
    assert "/sign-in/?next=" in stranger
    assert 'name="password"' not in stranger
    assert Client().post(link, NEW).status_code == 200, "no password is set for an account that exists"
    client = signed_in(cast.dan)
    assert client.post(link).status_code == 302
    assert Membership.objects.get(user=cast.dan.user, organization=cast.organization).role == Role.VIEWER
    assert "Acme" in client.get("/tasks/").content.decode(), "and acts there at once"


def test_a_link_is_only_for_whom_it_was_sent_to(cast: Cast) -> None:
    invitation, link = invited(cast)
    assert sign_in(cast.dan).post(link).status_code == 200
    token = services.invitation_token(invitation)
    with pytest.raises(LinkWorthless):
        services.join(token=token, user=cast.dan.user)
    assert not Membership.objects.filter(user=cast.dan.user, organization=cast.organization).exists()


def test_expired_withdrawn_and_resent_links_are_worthless(cast: Cast) -> None:
    invitation, first = invited(cast)
    services.send_again(by=cast.adam, invitation_id=invitation.pk)
    second = link_in(sent()[-1])
    assert [Client().get(link).status_code for link in (first, second)] == [404, 200]
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(second).status_code == 404
    services.send_again(by=cast.adam, invitation_id=invitation.pk)
    third = link_in(sent()[-1])
    assert Client().get(third).status_code == 200
    services.withdraw(by=cast.adam, invitation_id=invitation.pk)
    assert Client().post(third, NEW).status_code == 404
    assert not User.objects.filter(email="nora@example.test").exists()


def test_nobody_is_invited_twice_or_into_what_they_are_in(cast: Cast) -> None:
    invited(cast)
    for email in ("NORA@example.test", cast.ben.user.email):
        with pytest.raises(InvitedAlready):
            services.invite(by=cast.adam, email=email, role=Role.MEMBER)
    assert Invitation.objects.count() == 1


def test_only_those_who_manage_people_invite_and_nobody_gives_more_than_they_have(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.invite(by=cast.ana, email="x@example.test", role=Role.MEMBER)
    keeper = services.create_role(by=cast.adam, permissions=[Permission.PEOPLE_MANAGE], name_en="Keeper")
    services.give_role(by=cast.adam, membership_id=cast.cleo.pk, role=Role.VIEWER, custom_role_id=keeper.pk)
    cast.cleo.refresh_from_db()
    services.invite(by=cast.cleo, email="viewer@example.test", role=Role.VIEWER)
    for role in (Role.MEMBER, Role.ADMIN):
        with pytest.raises(NotAllowed):
            services.invite(by=cast.cleo, email="more@example.test", role=role)


def test_teams_and_invitations_of_others_look_missing(cast: Cast) -> None:
    invitation, _link = invited(cast)
    with pytest.raises(InvalidInput):
        services.invite(by=cast.dan, email="x@example.test", role=Role.MEMBER, team_ids=[cast.support.pk])
    for act in (services.withdraw, services.send_again):
        with pytest.raises(NotVisible):
            act(by=cast.dan, invitation_id=invitation.pk)


def test_a_person_in_two_organizations_goes_from_one_to_the_other(cast: Cast) -> None:
    services.add_member(organization=cast.other, email=cast.ana.user.email, name="Ana", role=Role.VIEWER)
    client = signed_in(cast.ana)
    assert "Rival" in client.get("/organization/").content.decode()
    assert client.post("/organization/", {"organization": cast.other.pk}).status_code == 302
    assert "Rival" in client.get("/tasks/").content.decode()
    assert client.get("/tasks/new/").status_code == 403, "a viewer there"
    client.post("/organization/", {"organization": cast.organization.pk})
    assert client.get("/tasks/new/").status_code == 200
    assert signed_in(cast.ben).post("/organization/", {"organization": cast.other.pk}).status_code == 404


def test_where_no_mail_is_sent_the_link_stands_on_the_page(cast: Cast, settings: Any) -> None:
    # What follows the colon tells when a link was made.
    link = invited(cast)[1].partition(":")[0]
    client = sign_in(cast.adam)
    assert link not in client.get("/settings/invitations/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert link in client.get("/settings/invitations/").content.decode()
    assert sign_in(cast.ana).get("/settings/invitations/").status_code == 403
