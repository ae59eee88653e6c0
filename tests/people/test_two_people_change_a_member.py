"""Whoever changes a member second is told what changed meanwhile, by page and by API, and nobody's change is lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from common.errors import StaleVersion
from people import services
from people.choices import Role
from people.models import Membership, TeamMembership
from tests.api.conftest import ApiClient
from tests.conftest import Cast, create_cast, sign_in


def test_an_old_version_comes_back_with_what_was_chosen_and_stores_neither_role_nor_teams(cast: Cast) -> None:
    client, address = sign_in(cast.adam), f"/settings/members/{cast.cleo.pk}/"
    opened = client.get(address).context["form"]
    first = {"role": "manager", "teams": [cast.support.pk], "version": opened["version"].value()}
    services.give_role(by=cast.adam, membership_id=cast.cleo.pk, role=Role.VIEWER)
    answer = client.post(address, first)
    assert answer.status_code == 409
    form = answer.context["form"]
    typed = {each.choice: each.typed for each in answer.context["differences"] if each.choice}
    assert "<mark>" in answer.content.decode()
    assert (typed["_keep_role"], form["role"].value()) == ("Manager", "manager")
    cast.cleo.refresh_from_db()
    assert (cast.cleo.role, list(cast.cleo.teams.all())) == (Role.VIEWER, [cast.field])
    again = {**first, "version": form["version"].value(), "_keep_role": "theirs"}
    assert client.post(address, again).status_code == 302
    cast.cleo.refresh_from_db()
    assert (cast.cleo.role, list(cast.cleo.teams.all())) == (Role.VIEWER, [cast.support])


def test_a_member_is_let_out_and_in_only_as_the_page_showed_them(cast: Cast) -> None:
    client, place = sign_in(cast.adam), f"/settings/members/{cast.ben.pk}/"
    for step, is_active in (("deactivation/", True), ("reactivation/", False)):
        shown = client.get(place).context["member"].version
        assert f'name="version" value="{shown}"' in client.get(place).content.decode()
        other = Role.MANAGER if is_active else Role.VIEWER
        services.give_role(by=cast.adam, membership_id=cast.ben.pk, role=other)
        answer = client.post(place + step, {"version": shown}, follow=True)
        assert "Somebody changed this member in the meantime" in answer.content.decode()
        cast.ben.refresh_from_db()
        assert cast.ben.is_active == is_active
        client.post(place + step, {"version": cast.ben.version})
        cast.ben.refresh_from_db()
        assert cast.ben.is_active != is_active


def test_the_api_changes_a_member_only_at_the_version_that_was_read(cast: Cast) -> None:
    api, place = ApiClient(cast.adam), f"/api/v1/members/{cast.ben.pk}/"
    sent: dict[str, Any] = {
        "POST role/": {"role": "viewer"},
        "POST deactivation/": None,
        "DELETE deactivation/": None,
    }
    for step, body in sent.items():
        method, sub = step.split()
        read = api.send("GET", place)
        assert api.send(method, place + sub, body).status_code == 428, step
        services.place_in_team(
            by=cast.adam,
            team_id=cast.support.pk,
            membership_id=cast.ben.pk,
            is_lead=not TeamMembership.objects.get(membership=cast.ben).is_lead,
        )
        assert api.send(method, place + sub, body, If_Match=read["ETag"]).status_code == 412, step
        now = api.send("GET", place)
        done = api.send(method, place + sub, body, If_Match=now["ETag"])
        after = api.send("GET", place)
        assert (done.status_code, done.json(), done["ETag"]) == (200, after.json(), after["ETag"]), step
        assert done.json()["version"] == now.json()["version"] + 1
        same = api.send(method, place + sub, body, If_Match="*")
        assert same["ETag"] == done["ETag"], "no difference, no change"


def test_a_new_name_of_the_person_is_told_though_the_version_is_the_same(cast: Cast) -> None:
    api, place = ApiClient(cast.adam), f"/api/v1/members/{cast.ben.pk}/"
    read = api.send("GET", place)
    cast.ben.user.name = "Benjamin"
    cast.ben.user.save()
    assert api.send("GET", place, If_None_Match=read["ETag"]).json()["name"] == "Benjamin"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_change_a_member_at_the_same_moment_one_does() -> None:
    cast = create_cast()

    def change(each: int) -> bool:
        try:
            if each % 2:
                services.deactivate(by=cast.adam, membership_id=cast.ben.pk, version=1)
            else:
                services.give_role(by=cast.adam, membership_id=cast.ben.pk, version=1, role=Role.VIEWER)
        except StaleVersion:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(change, range(6))).count(True) == 1
    ben = Membership.objects.get(pk=cast.ben.pk)
    assert (ben.version, ben.is_active, ben.role) in {(2, False, Role.MEMBER), (2, True, Role.VIEWER)}
