"""Roles, invitations and teams through the API: the same rules as on the pages."""

from django.core import mail

from people import services
from people.choices import Permission, Role
from people.models import CustomRole, Invitation, Membership, Team
from tests.api.conftest import ApiClient
from tests.conftest import Cast

ROLES, INVITATIONS = "/api/v1/roles/", "/api/v1/members/invitations/"


def test_a_role_is_made_given_changed_and_deleted_by_version(cast: Cast) -> None:
    api = ApiClient(cast.adam)
    made = api.send("POST", ROLES, {"name_en": "Desk", "permissions": ["tasks.complete", "feedback.answer"]})
    assert (made.status_code, made["ETag"]) == (201, '"v1"')
    place = made["Location"]
    given = {"role": "viewer", "custom_role_id": made.json()["id"]}
    assert api.send("POST", f"/api/v1/members/{cast.ben.pk}/role/", given, If_Match='"v1"')["ETag"] == '"v2"'
    changed = api.send("PATCH", place, {"permissions": ["tasks.complete"]}, If_Match='"v1"')
    assert (changed.status_code, changed["ETag"], changed.json()["name_en"]) == (200, '"v2"', "Desk")
    assert api.send("PATCH", place, {"name_zh": "台"}, If_Match='"v1"').status_code == 412
    same = api.send("PATCH", place, {"permissions": ["tasks.complete"]}, If_Match='"v2"')
    assert same["ETag"] == '"v2"', "no difference, no change"
    held = api.send("DELETE", place, If_Match='"v2"')
    assert (held.status_code, held.json()["code"]) == (409, "role_in_use")
    services.give_role(by=cast.adam, membership_id=cast.ben.pk, role=Role.MEMBER)
    assert api.send("DELETE", place, If_Match='"v2"').status_code == 204
    assert not CustomRole.objects.exists()


def test_nobody_makes_a_role_that_may_do_more_than_they_may(cast: Cast) -> None:
    keeper = services.create_role(by=cast.adam, permissions=[Permission.PEOPLE_MANAGE], name_en="Keeper")
    services.give_role(by=cast.adam, membership_id=cast.ben.pk, role=Role.MEMBER, custom_role_id=keeper.pk)
    api = ApiClient(Membership.objects.get(pk=cast.ben.pk))
    more = api.send("POST", ROLES, {"name_en": "More", "permissions": ["kpis.define"]})
    assert more.status_code == 403
    assert api.send("POST", ROLES, {"name_en": "Same", "permissions": ["people.manage"]}).status_code == 201
    wrong = api.send("POST", ROLES, {"name_en": "Odd", "permissions": ["no.such"]}).json()["errors"]
    assert [each["pointer"] for each in wrong] == ["/permissions/0"]


def test_somebody_is_invited_again_and_not_at_all(cast: Cast) -> None:
    api = ApiClient(cast.adam)
    sent = {"email": "nora@example.test", "role": "member", "team_ids": [cast.support.pk]}
    made = api.send("POST", INVITATIONS, sent, Idempotency_Key="nora-1")
    assert made.status_code == 201
    assert "token" not in made.content.decode()
    assert api.send("POST", INVITATIONS, sent, Idempotency_Key="nora-1").json() == made.json()
    assert api.send("POST", INVITATIONS, sent).json()["code"] == "invited_already"
    place = made["Location"]
    assert api.send("GET", place).json()["invited_by"]["id"] == cast.adam.pk
    assert [row["email"] for row in api.send("GET", INVITATIONS).json()["results"]] == ["nora@example.test"]
    assert api.send("POST", f"{place}renewal/").status_code == 200
    assert Invitation.objects.get().round == 2
    assert api.send("POST", f"{place}withdrawal/").status_code == 204
    assert api.send("POST", f"{place}renewal/").status_code == 404
    assert api.send("GET", place).status_code == 404
    assert mail.outbox == [], "letters are rows that a worker sends"


def test_a_wrong_role_or_team_of_an_invitation_is_pointed_at_by_the_names_of_the_body(cast: Cast) -> None:
    api = ApiClient(cast.adam)
    sent = {"email": "nora@example.test", "role": "member"}
    for field, value in (("custom_role_id", 10**9), ("team_ids", [10**9])):
        answer = api.send("POST", INVITATIONS, {**sent, field: value})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"/{field}")
    assert not Invitation.objects.exists()


def test_members_and_managers_see_neither_invitations_nor_roles(cast: Cast) -> None:
    for member in (cast.vera, cast.ben, cast.ana):
        api = ApiClient(member)
        assert api.send("GET", INVITATIONS).status_code == 403
        assert api.send("GET", ROLES).status_code == 403
        assert api.send("POST", INVITATIONS, {"email": "x@x.test", "role": "viewer"}).status_code == 403


def test_a_team_goes_by_version_when_nothing_belongs_to_it(cast: Cast) -> None:
    team = services.create_team(by=cast.adam, name_en="Nights")
    api = ApiClient(cast.adam)
    place = f"/api/v1/teams/{team.pk}/"
    assert api.send("DELETE", place, If_Match='"v2"').status_code == 412
    assert api.send("DELETE", place, If_Match='"v1"').status_code == 204
    assert not Team.objects.filter(pk=team.pk).exists()
