"""An empty installation gets its organization by a link, once."""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from kpis.models import Kpi
from people.choices import Role
from people.models import Membership, Organization, User
from people.selectors import sessions_of
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

FORM = {
    "name": "晨星服务",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "admin_name": "王敏",
    "email": "min@example.test",
    "password": "long enough to be safe",
}


def link() -> str:
    out = StringIO()
    call_command("setup_link", stdout=out)
    return out.getvalue().strip().removeprefix("http://testserver")


def test_the_link_makes_the_organization_its_administrator_and_the_shipped_kpis() -> None:
    client, path = Client(), link()
    assert client.get(path).status_code == 200
    response = client.post(path, FORM)
    assert (response.status_code, response["Location"]) == (302, "/")
    admin = Membership.objects.get()
    assert (admin.role, admin.user.name, admin.organization.name_zh) == (Role.ADMIN, "王敏", "晨星服务")
    assert Kpi.objects.filter(organization=admin.organization).count() >= 12
    page = client.get("/")
    assert page.status_code == 200
    assert "王敏" in page.content.decode()
    (session,) = sessions_of(admin.user, client.session.session_key)
    assert session.is_this


def test_the_link_works_only_once() -> None:
    path = link()
    Client().post(path, FORM)
    again = {**FORM, "email": "second@example.test"}
    assert Client().get(path).status_code == 404
    assert Client().post(path, again).status_code == 404
    assert (Organization.objects.count(), User.objects.count()) == (1, 1)


def test_a_forged_link_is_refused() -> None:
    path = link()
    forged = path[:-3] + ("AA/" if not path.endswith("AA/") else "BB/")
    assert Client().post(forged, FORM).status_code == 404
    assert not Organization.objects.exists()


def test_an_old_link_is_refused() -> None:
    with time_machine.travel("2026-01-01T00:00:00Z"):
        path = link()
    with time_machine.travel("2026-01-03T00:00:01Z"):
        assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"password": "12345678"}, {"time_zone": "Mars/Base"}, {"language": "tlh"}, {"email": "x"}],
)
def test_wrong_input_founds_nothing_and_keeps_what_was_typed(wrong: dict[str, str]) -> None:
    response = Client().post(link(), {**FORM, **wrong})
    assert response.status_code == 422
    assert "王敏" in response.content.decode()
    assert not Organization.objects.exists()


def test_an_installation_with_an_organization_gives_no_link(cast: Cast) -> None:
    with pytest.raises(CommandError):
        call_command("setup_link")
