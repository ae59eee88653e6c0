"""Tokens: what they may do, from where, until when, and how their secret is changed without a gap."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.errors import InvalidInput, NotVisible
from people import services
from people.choices import Role, Scope
from people.models import ApiToken, Membership
from tests.api.conftest import ApiClient
from tests.conftest import Cast, bearer, sign_in

ME = "/api/v1/me/"
TOKENS = "/api/v1/tokens/"


def status(secret: str, **extra: Any) -> int:
    answer = Client().get(ME, headers={"Authorization": f"Bearer {secret}"}, **extra)
    return int(answer.status_code)


def token_of(member: Membership, **fields: Any) -> tuple[ApiToken, str]:
    return services.create_token(by=member, name="t", scopes=list(Scope), **fields)


def test_after_a_rotation_both_secrets_work_until_the_overlap_ends(cast: Cast, time_machine: Any) -> None:
    token, old = token_of(cast.ana)
    _token, new = services.rotate_token(by=cast.ana, token_id=token.pk, overlap_hours=2)
    assert (status(old), status(new)) == (200, 200)
    time_machine.move_to(timezone.now() + timedelta(hours=2, seconds=1))
    assert (status(old), status(new)) == (401, 200)


def test_without_overlap_the_old_secret_ends_at_once_and_a_second_rotation_ends_the_first(cast: Cast) -> None:
    token, first = token_of(cast.ana)
    _token, second = services.rotate_token(by=cast.ana, token_id=token.pk, overlap_hours=0)
    assert (status(first), status(second)) == (401, 200)
    _token, third = services.rotate_token(by=cast.ana, token_id=token.pk)
    _token, fourth = services.rotate_token(by=cast.ana, token_id=token.pk)
    assert [status(each) for each in (second, third, fourth)] == [401, 200, 200]


def test_only_live_tokens_of_ones_own_rotate_and_only_for_a_while(cast: Cast) -> None:
    token, secret = token_of(cast.ana)
    with pytest.raises(NotVisible):
        services.rotate_token(by=cast.adam, token_id=token.pk)
    with pytest.raises(InvalidInput):
        services.rotate_token(by=cast.ana, token_id=token.pk, overlap_hours=31 * 24)
    services.revoke_token(by=cast.ana, token_id=token.pk)
    with pytest.raises(NotVisible):
        services.rotate_token(by=cast.ana, token_id=token.pk)
    assert status(secret) == 401


@pytest.mark.parametrize(
    ("networks", "address", "expected"),
    [
        ([], "203.0.113.9", 200),
        (["192.0.2.0/24"], "192.0.2.200", 200),
        (["192.0.2.0/24"], "192.0.3.1", 401),
        (["192.0.2.7"], "192.0.2.7", 200),
        (["192.0.2.0/24"], "::ffff:192.0.2.5", 200),
        (["2001:db8::/32"], "2001:db8::1", 200),
        (["2001:db8::/32", "198.51.100.0/28"], "198.51.100.15", 200),
        (["192.0.2.0/24"], "nonsense", 401),
    ],
)
def test_a_token_works_from_its_networks_only(
    cast: Cast, networks: list[str], address: str, expected: int
) -> None:
    _token, secret = token_of(cast.ana, allowed_networks=networks)
    assert status(secret, REMOTE_ADDR=address) == expected


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "192.0.2.1", 401),
        (1, "192.0.2.1", 200),
        (1, "192.0.2.1, 203.0.113.5", 401),
        (2, "192.0.2.1, 203.0.113.5", 200),
        (1, "", 401),
        (2, "192.0.2.1", 401),
    ],
)
def test_only_as_many_forwarded_addresses_are_believed_as_there_are_proxies(
    cast: Cast, settings: Any, proxies: int, forwarded: str, expected: int
) -> None:
    settings.TRUSTED_PROXIES = proxies
    _token, secret = token_of(cast.ana, allowed_networks=["192.0.2.0/24"])
    assert status(secret, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"allowed_networks": ["nonsense"]},
        {"allowed_networks": ["10.0.0.0/8"] * 21},
        {"expires_at": timezone.now() - timedelta(days=1)},
        {"expires_at": timezone.now() + timedelta(days=400)},
    ],
)
def test_what_a_token_cannot_be_is_refused(cast: Cast, fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        token_of(cast.ana, **fields)
    assert not ApiToken.objects.exists()


def test_a_downgraded_members_token_loses_rights_at_once_and_a_leavers_works_no_more(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    assert api.send("POST", "/api/v1/themes/", {"key": "a", "name_en": "a"}).status_code == 201
    Membership.objects.filter(pk=cast.ana.pk).update(role=Role.VIEWER)
    assert api.send("POST", "/api/v1/themes/", {"key": "b", "name_en": "b"}).status_code == 403
    assert api.send("GET", ME).json()["role"] == "viewer"
    Membership.objects.filter(pk=cast.ana.pk).update(is_active=False)
    assert api.send("GET", ME).status_code == 401


def test_through_the_api_a_token_handles_only_what_may_do_no_more_than_it(cast: Cast) -> None:
    wide, _secret = token_of(cast.ana)
    api = ApiClient(cast.ana, Scope.TOKENS_WRITE, Scope.TASKS_READ)
    made = api.send("POST", TOKENS, {"name": "narrow", "scopes": ["tasks:read"]})
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    assert status(made.json()["secret"]) == 200
    for body in (
        {"name": "x", "scopes": ["tasks:write"]},
        {"name": "x", "scopes": ["tasks:read"], "expires_at": "2027-06-01T00:00:00Z"},
    ):
        assert api.send("POST", TOKENS, body).json()["code"] == "more_than_its_token"
    assert api.send("POST", f"{TOKENS}{wide.pk}/rotation/", {}).json()["code"] == "more_than_its_token"
    turned = api.send("POST", f"{TOKENS}{made.json()['id']}/rotation/", {"overlap_hours": 0}).json()
    assert (status(made.json()["secret"]), status(turned["secret"])) == (401, 200)
    assert api.send("POST", f"{TOKENS}{made.json()['id']}/revocation/").json()["revoked_at"]
    assert status(turned["secret"]) == 401
    listed = api.send("GET", TOKENS).json()["results"]
    assert len(listed) == 3
    assert not any("secret" in key or "hash" in key for row in listed for key in row)


def test_a_token_bound_to_networks_makes_none_that_works_elsewhere(cast: Cast) -> None:
    _token, secret = token_of(cast.ana, allowed_networks=["127.0.0.0/8"])
    api = ApiClient(None)
    api.headers = {"Authorization": f"Bearer {secret}"}
    made = api.send("POST", TOKENS, {"name": "x", "scopes": ["tasks:read"]}).json()
    assert made["allowed_networks"] == ["127.0.0.0/8"]
    narrower = {"name": "x", "scopes": ["tasks:read"], "allowed_networks": ["127.0.0.1"]}
    assert api.send("POST", TOKENS, narrower).status_code == 201
    wider = {"name": "x", "scopes": ["tasks:read"], "allowed_networks": ["0.0.0.0/0"]}
    assert api.send("POST", TOKENS, wider).status_code == 403


def test_the_page_makes_a_bound_token_rotates_it_and_shows_each_secret_once(cast: Cast) -> None:
    browser = sign_in(cast.ana)
    form = {
        "name": "Nightly",
        "scopes": ["kpis:read"],
        "days": 30,
        "allowed_networks": "192.0.2.0/24\n10.1.2.3",
    }
    made = browser.post("/tokens/", form)
    assert made.status_code == 302
    token = ApiToken.objects.get()
    assert f"ops_{token.pk}_".encode() in browser.get("/tokens/").content
    assert token.allowed_networks == ["192.0.2.0/24", "10.1.2.3/32"]
    assert browser.post("/tokens/", {**form, "allowed_networks": "nonsense"}).status_code == 422
    asked = browser.get(f"/tokens/{token.pk}/rotation/")
    assert (asked.status_code, b"ops_" in asked.content) == (200, False)
    turned = browser.post(f"/tokens/{token.pk}/rotation/", {"overlap_hours": 24}, follow=True)
    assert f"ops_{token.pk}_".encode() in turned.content
    assert b"ops_" not in browser.get("/tokens/").content
    assert sign_in(cast.ben).post(f"/tokens/{token.pk}/rotation/", {"overlap_hours": 1}).status_code == 404
    assert bearer(cast.ana)
