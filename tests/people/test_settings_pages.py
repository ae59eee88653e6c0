"""What the pages about members, teams and roles tell those who manage people."""

import pytest
from django.urls import reverse

from activity.models import Event
from people import services
from people.choices import Role
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


def test_saving_a_member_as_they_were_is_no_change(cast: Cast) -> None:
    client, address = sign_in(cast.adam), reverse("people:member", args=[cast.ben.pk])
    form = client.get(address).context["form"]
    same = {name: form[name].value() for name in ("role", "teams", "leads")}
    assert client.post(address, same).status_code == 302
    assert not Event.objects.filter(verb__in=["member.role_changed", "member.placed"]).exists()
    client.post(address, {**same, "role": Role.VIEWER, "leads": same["teams"]})
    assert Event.objects.filter(verb__in=["member.role_changed", "member.placed"]).count() == 2


def test_a_role_that_somebody_holds_is_not_asked_about_but_says_who(cast: Cast) -> None:
    client, role = sign_in(cast.adam), services.create_role(by=cast.adam, permissions=[], name_en="Helpers")
    address = reverse("people:delete-role", args=[role.pk])
    assert "Delete it" in client.get(address).content.decode()
    services.give_role(by=cast.adam, membership_id=cast.ben.pk, role=Role.VIEWER, custom_role_id=role.pk)
    services.invite(
        by=cast.adam, email="new@example.org", role=Role.VIEWER, custom_role_id=role.pk, team_ids=[]
    )
    page = client.get(address).content.decode()
    assert "Delete it" not in page
    assert reverse("people:member", args=[cast.ben.pk]) in page
    assert "new@example.org" in page


def test_who_comes_into_a_team_and_leaves_it_is_said(cast: Cast) -> None:
    client, team = sign_in(cast.adam), cast.ben.places.get().team
    for name, words in (("leave-team", "is in the team no more."), ("join-team", "is in the team now.")):
        page = client.post(reverse(f"people:{name}", args=[team.pk]), {"member": cast.ben.pk}, follow=True)
        assert f"{cast.ben.user.name} {words}" in page.content.decode()
