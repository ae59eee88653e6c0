"""A person of two organizations: what is typed for one never lands in the other, and nobody is left without a way."""

import re

import pytest
from django.test import Client

from common.tenancy import acting_for
from people import services
from people.choices import Role
from people.models import Membership
from people.selectors import SESSION_ORGANIZATION
from tasks.models import Task
from tests.conftest import Cast
from tests.people.browsing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(cast: Cast) -> Client:
    """Her browser; she manages here and there, and acts here."""
    with acting_for(cast.other.pk):
        Membership.objects.create(organization=cast.other, user=cast.ana.user, role=Role.MANAGER)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana.user)
    session = client.session
    session[SESSION_ORGANIZATION] = cast.organization.pk
    session.save()
    return client


def new_task(client: Client) -> dict[str, str]:
    """The form of a new task as a tab holds it."""
    page = client.get("/tasks/new/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return {"title": "Ours alone", "priority": "2", "csrfmiddlewaretoken": found[1]}


def tasks_of(cast: Cast) -> list[int]:
    """How many tasks each organization has."""
    counts = []
    for organization in (cast.organization, cast.other):
        with acting_for(organization.pk):
            counts.append(Task.objects.filter(organization=organization).count())
    return counts


def test_a_form_opened_before_a_switch_lands_nowhere(cast: Cast, ana: Client) -> None:
    typed = new_task(ana)
    switched = ana.post("/organization/", {**typed, "organization": str(cast.other.pk)})
    assert switched.status_code == 302
    answer = ana.post("/tasks/new/", typed)
    assert (answer.status_code, tasks_of(cast)) == (403, [0, 0])
    assert "This page is out of date" in answer.content.decode()
    assert ana.post("/tasks/new/", new_task(ana)).status_code == 302
    assert tasks_of(cast) == [0, 1]


def test_a_page_opened_before_a_switch_takes_no_parts_of_the_other_organization(
    cast: Cast, ana: Client
) -> None:
    ana.post("/tasks/new/", new_task(ana))
    page = ana.get("/").content.decode()
    place, pulse = str(cast.ana.pk), re.search(r'data-pulse="(.*?)"', page)
    assert f'"X-Place": "{place}"' in page
    assert pulse
    asked = pulse[1].replace("&amp;", "&")
    part = {"HX-Request": "true", "X-Place": place}
    assert [ana.get(each, headers=part).status_code for each in ("/tasks/", asked)] == [200, 200]
    ana.post("/organization/", {**new_task(ana), "organization": str(cast.other.pk)})
    assert ana.get("/tasks/", headers=part)["HX-Refresh"] == "true"
    assert ana.get(asked).status_code == 302, "it stops asking"


def test_a_form_of_an_organization_that_was_left_lands_nowhere(cast: Cast, ana: Client) -> None:
    typed = new_task(ana)
    services.deactivate(by=cast.adam, membership_id=cast.ana.pk)
    answer = ana.post("/tasks/new/", typed)
    assert (answer.status_code, tasks_of(cast)) == (403, [0, 0])
    assert "no longer in the organization" in answer.content.decode()
    assert ana.post("/tasks/new/", typed).status_code == 403, "the same tab once more"
    page = ana.get("/tasks/").content.decode()
    assert "Rival" in page
    assert "Switch organization" not in page, "there is no other one left"


def place_of(client: Client) -> int:
    """The organization that the browser acts in."""
    return int(client.get("/").wsgi_request.membership.organization_id)


def test_who_signs_in_again_begins_where_they_last_were(cast: Cast, ana: Client) -> None:
    assert place_of(signed_in(cast.ana)) == cast.organization.pk, "the oldest, while she was nowhere else"
    ana.post("/organization/", {**new_task(ana), "organization": str(cast.other.pk)})
    assert place_of(signed_in(cast.ana)) == cast.other.pk
    with acting_for(cast.other.pk):
        Membership.objects.filter(organization=cast.other, user=cast.ana.user).update(is_active=False)
    assert place_of(signed_in(cast.ana)) == cast.organization.pk, "nobody begins where they have left"


def test_a_session_that_was_open_before_offers_the_switch_at_once(cast: Cast) -> None:
    client = signed_in(cast.ben)
    assert "Switch organization" not in client.get("/tasks/").content.decode()
    with acting_for(cast.other.pk):
        Membership.objects.create(organization=cast.other, user=cast.ben.user, role=Role.MEMBER)
    assert "Switch organization" in client.get("/tasks/").content.decode()


def test_who_left_every_organization_is_told_and_can_sign_out(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.ben.user)
    services.deactivate(by=cast.adam, membership_id=cast.ben.pk)
    page = client.get("/")
    assert page.status_code == 403
    assert "belongs to no organization any more" in page.content.decode()
    assert 'action="/sign-out/"' in page.content.decode()


def test_the_refusal_of_a_large_body_is_in_the_readers_language(cast: Cast) -> None:
    cast.ben.user.language = "zh-hans"
    cast.ben.user.save()
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.ben.user)
    answer = client.post("/tasks/new/", {"title": "x"}, headers={"content-length": str(10**9)})
    assert (answer.status_code, answer["Content-Language"]) == (413, "zh-hans")
    assert 'lang="zh-hans"' in answer.content.decode()


def test_a_link_that_does_not_work_leads_on(cast: Cast, ana: Client) -> None:
    assert 'href="/password/"' in Client().get("/password/nonsense/").content.decode()
    signed_in = ana.get("/invitations/nonsense/").content.decode()
    assert "If you have joined, sign in" in signed_in
    assert 'href="/sign-in/"' not in signed_in
