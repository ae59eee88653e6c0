"""What a role allows, on the very next request, by page and by token."""

from itertools import pairwise

import pytest
from django.test import Client

from common.errors import NotAllowed, NotVisible
from people import services
from people.choices import Permission, Role
from people.errors import LastAdministrator, RoleInUse
from people.models import Membership
from people.permissions import BUILT_IN, may
from tasks import services as tasks
from tasks.models import Task
from tests.conftest import Cast, bearer, sign_in

STEPS = "tasks.complete"


@pytest.fixture
def task(cast: Cast) -> Task:
    """A task of the organization."""
    return tasks.create_task(by=cast.ana, title="Call back")


def give(cast: Cast, member: Membership, *permissions: str) -> None:
    """The member may do exactly this."""
    role = services.create_role(by=cast.adam, permissions=permissions, name_en=f"Role {member.pk}")
    services.give_role(by=cast.adam, membership_id=member.pk, role=Role.VIEWER, custom_role_id=role.pk)


def complete(client: Client, task: Task) -> int:
    """The answer to completing it on its page."""
    return client.post(f"/tasks/{task.pk}/status/", {"status": "done"}).status_code


def patch(client: Client, task: Task, headers: dict[str, str], body: str) -> int:
    """The answer to changing it by the API."""
    return client.patch(
        f"/api/v1/tasks/{task.pk}/",
        body,
        content_type="application/json",
        headers={**headers, "If-Match": "*"},
    ).status_code


def test_who_may_complete_but_not_edit_does_just_that_on_the_page_and_by_token(
    cast: Cast, task: Task
) -> None:
    give(cast, cast.ben, STEPS)
    page, headers = sign_in(cast.ben), bearer(cast.ben)
    assert page.get(f"/tasks/{task.pk}/edit/").status_code == 403
    assert page.get("/tasks/new/").status_code == 403
    assert patch(Client(), task, headers, '{"title": "Never mind"}') == 403
    assert patch(Client(), task, headers, '{"title": "Never mind", "status": "done"}') == 403
    assert patch(Client(), task, headers, '{"status": "in_progress"}') == 200
    assert complete(page, task) == 302
    task.refresh_from_db()
    assert (task.title, task.status) == ("Call back", "done")


def test_a_changed_role_bites_on_the_next_request(cast: Cast, task: Task) -> None:
    page, headers = sign_in(cast.ben), bearer(cast.ben)
    assert patch(Client(), task, headers, '{"status": "in_progress"}') == 200
    services.give_role(by=cast.adam, membership_id=cast.ben.pk, role=Role.VIEWER)
    assert complete(page, task) == 403
    assert patch(Client(), task, headers, '{"status": "done"}') == 403
    give(cast, cast.ben, STEPS)
    assert complete(page, task) == 302


def test_an_edited_role_bites_for_all_who_hold_it(cast: Cast, task: Task) -> None:
    give(cast, cast.ben, STEPS)
    page = sign_in(cast.ben)
    cast.ben.refresh_from_db()
    services.edit_role(by=cast.adam, role_id=cast.ben.custom_role_id or 0, permissions=[], name_en="Nothing")
    assert complete(page, task) == 403


@pytest.mark.parametrize("what", ["membership", "user"])
def test_whoever_is_deactivated_is_out_on_the_next_request(cast: Cast, task: Task, what: str) -> None:
    page, headers = sign_in(cast.ben), bearer(cast.ben)
    assert page.get("/tasks/").status_code == 200
    if what == "membership":
        services.deactivate(by=cast.adam, membership_id=cast.ben.pk)
    else:
        cast.ben.user.is_active = False
        cast.ben.user.save()
    assert page.get("/tasks/").status_code in {302, 403}
    assert patch(Client(), task, headers, '{"status": "done"}') == 401
    services.reactivate(by=cast.adam, membership_id=cast.ben.pk)
    cast.ben.user.is_active = True
    cast.ben.user.save()
    assert patch(Client(), task, headers, '{"status": "done"}') == 200


def test_nobody_takes_the_last_administrator_away(cast: Cast) -> None:
    with pytest.raises(LastAdministrator):
        services.give_role(by=cast.adam, membership_id=cast.adam.pk, role=Role.MANAGER)
    with pytest.raises(LastAdministrator):
        services.deactivate(by=cast.adam, membership_id=cast.adam.pk)
    services.give_role(by=cast.adam, membership_id=cast.ana.pk, role=Role.ADMIN)
    services.give_role(by=cast.adam, membership_id=cast.adam.pk, role=Role.MANAGER)
    cast.adam.refresh_from_db()
    assert cast.adam.role == Role.MANAGER


def test_whoever_manages_people_rules_over_nobody_who_may_do_more(cast: Cast) -> None:
    give(cast, cast.cleo, Permission.PEOPLE_MANAGE)
    cast.cleo.refresh_from_db()
    for act in (services.deactivate, services.reactivate):
        with pytest.raises(NotAllowed):
            act(by=cast.cleo, membership_id=cast.adam.pk)
    with pytest.raises(NotAllowed):
        services.create_role(by=cast.cleo, permissions=[Permission.KPIS_DEFINE], name_en="More")
    with pytest.raises(NotAllowed):
        services.give_role(by=cast.cleo, membership_id=cast.cleo.pk, role=Role.ADMIN)
    services.deactivate(by=cast.cleo, membership_id=cast.vera.pk)


def test_members_and_roles_of_others_look_missing(cast: Cast) -> None:
    role = services.create_role(by=cast.dan, permissions=[], name_en="Theirs")
    with pytest.raises(NotVisible):
        services.give_role(by=cast.adam, membership_id=cast.dan.pk, role=Role.VIEWER)
    with pytest.raises(NotVisible):
        services.edit_role(by=cast.adam, role_id=role.pk, permissions=[], name_en="Ours")
    assert sign_in(cast.adam).get(f"/settings/roles/{role.pk}/").status_code == 404


def test_a_role_that_somebody_holds_is_not_deleted(cast: Cast) -> None:
    give(cast, cast.ben, STEPS)
    cast.ben.refresh_from_db()
    with pytest.raises(RoleInUse):
        services.delete_role(by=cast.adam, role_id=cast.ben.custom_role_id or 0)


def test_a_lead_puts_people_into_their_team_and_takes_them_out_but_names_no_leads(cast: Cast) -> None:
    lead = sign_in(cast.ana)
    team = f"/settings/teams/{cast.support.pk}/members/"
    assert lead.post(team, {"member": cast.cleo.pk}).status_code == 302
    assert cast.cleo.places.filter(team=cast.support).exists()
    assert lead.post(f"{team}removal/", {"member": cast.cleo.pk}).status_code == 302
    assert not cast.cleo.places.filter(team=cast.support).exists()
    assert lead.post(f"/settings/teams/{cast.field.pk}/members/", {"member": cast.ben.pk}).status_code == 403
    with pytest.raises(NotAllowed):
        services.place_in_team(by=cast.ana, team_id=cast.support.pk, membership_id=cast.ben.pk, is_lead=True)


def test_built_in_roles_hold_ever_more_and_an_inactive_member_nothing(cast: Cast) -> None:
    ladder = [BUILT_IN[role] for role in (Role.VIEWER, Role.MEMBER, Role.MANAGER, Role.ADMIN)]
    assert all(lower < upper for lower, upper in pairwise(ladder))
    assert ladder[-1] == set(Permission)
    cast.adam.is_active = False
    assert not any(may(cast.adam, permission) for permission in Permission)
