"""Signing in through an OpenID Connect provider: a real one, in a process of its own, over the loopback."""

import html
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from opsteam.embedded.ports import free_port
from people import services
from people.choices import Role
from people.models import Membership, User
from tests.conftest import Cast
from tests.harness.house import wait_until
from tests.people.browsing import sent

HEADERS = {"Host": "testserver"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider that knows four people."""
    port = free_port()
    people = {
        "ana": {"email": "ana@example.test", "email_verified": True, "name": "Ana"},
        "thief": {"email": "ana@example.test", "email_verified": False, "name": "Not Ana"},
        "nora": {"email": "nora@example.test", "email_verified": True, "name": "Nora"},
        "nobody": {"name": "No Address"},
    }
    claims = [
        part for sub, said in people.items() for part in ("--user-claims", json.dumps({"sub": sub, **said}))
    ]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *claims]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(f"http://localhost:{port}"), 30, "the provider answers")
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/.well-known/openid-configuration", timeout=2).ok
    except requests.RequestException:
        return False


@pytest.fixture
def configured(settings: object, issuer: str) -> None:
    """The house as it is with the provider in its environment."""
    app = {
        "provider_id": "oidc",
        "name": "Company",
        "client_id": "opsteam",
        "secret": "s3cret",
        "settings": {"server_url": issuer},
    }
    settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, "Company"  # type: ignore[attr-defined]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}  # type: ignore[attr-defined]


def arrives(sub: str, client: Client | None = None, host: str = "testserver") -> Client:
    """A browser after signing in at the provider as `sub` and coming back."""
    client = client or Client()
    page = client.post("/sign-in/provider/", {"next": "/tasks/"}, headers={"Host": host}).content.decode()
    away = html.unescape(re.search(r'class="button"[^>]* href="([^"]+)"', page)[1])  # type: ignore[index]
    asked = parse_qs(urlsplit(away).query)
    assert asked["redirect_uri"] == ["http://testserver/sign-in/provider/answer/"], (
        "SITE_URL, whatever the host"
    )
    assert "code_challenge" in asked
    back = requests.post(away, data={"sub": sub}, allow_redirects=False, timeout=10).headers["Location"]
    path = back.removeprefix("http://testserver")
    client.last = client.get(path, headers={"Host": "testserver"})  # type: ignore[attr-defined] # for the tests
    return client


def is_in(client: Client) -> bool:
    """Whether the browser has a session."""
    return client.get("/tasks/").status_code == 200


@pytest.mark.usefixtures("configured")
def test_a_verified_address_opens_the_account_that_has_it(cast: Cast) -> None:
    client = arrives("ana")
    assert client.last.headers["Location"] == "/tasks/"  # type: ignore[attr-defined]
    assert is_in(client)
    assert int(client.session["_auth_user_id"]) == cast.ana.user_id
    assert User.objects.filter(email__iexact="ana@example.test").count() == 1


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("sub", ["thief", "nobody"])
def test_an_unverified_address_takes_over_nothing(cast: Cast, sub: str) -> None:
    client = arrives(sub)
    assert not is_in(client)
    assert "has not confirmed" in client.get("/sign-in/").content.decode()
    assert not cast.ana.user.socialaccount_set.exists()


@pytest.mark.usefixtures("configured")
def test_a_stranger_is_told_to_ask_for_an_invitation_and_gets_no_account(cast: Cast) -> None:
    client = arrives("nora")
    assert not is_in(client)
    assert "invite you" in client.get("/sign-in/").content.decode()
    assert not User.objects.filter(email="nora@example.test").exists()


@pytest.mark.usefixtures("configured")
def test_an_invited_person_joins_by_it_in_the_role_they_were_invited_to(cast: Cast) -> None:
    services.invite(by=cast.adam, email="Nora@example.test", role=Role.VIEWER, team_ids=[cast.support.pk])
    assert is_in(arrives("nora"))
    nora = Membership.objects.get(user__email__iexact="nora@example.test")
    assert (nora.organization, nora.role) == (cast.organization, Role.VIEWER)
    assert not nora.user.has_usable_password()
    assert is_in(arrives("nora")), "and again, by the account that is linked now"
    assert User.objects.filter(name="Nora").count() == 1


@pytest.mark.usefixtures("configured")
def test_where_an_organization_is_configured_everybody_is_let_into_it(cast: Cast, settings: object) -> None:
    settings.OIDC_ORGANIZATION, settings.OIDC_ROLE = "acme", "member"  # type: ignore[attr-defined]
    assert is_in(arrives("nora"))
    assert Membership.objects.get(user__email="nora@example.test").role == Role.MEMBER


@pytest.mark.usefixtures("db")
def test_an_organization_that_does_not_exist_is_a_mistake_of_the_administrator(settings: object) -> None:
    settings.OIDC_ORGANIZATION = "nowhere"  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured):
        services.admit_by_oidc(email="x@example.test", is_verified=True, name="X")


@pytest.mark.usefixtures("configured")
def test_whoever_was_deactivated_does_not_come_in_through_the_provider(cast: Cast) -> None:
    arrives("ana")
    User.objects.filter(pk=cast.ana.user_id).update(is_active=False)
    assert not is_in(arrives("ana"))


@pytest.mark.usefixtures("configured")
def test_an_answer_nobody_asked_for_opens_nothing(cast: Cast) -> None:
    client = Client()
    answer = client.get("/sign-in/provider/answer/?code=x&state=y")
    assert answer.headers["Location"] == "/sign-in/"
    assert not is_in(client)
    assert sent() == []
