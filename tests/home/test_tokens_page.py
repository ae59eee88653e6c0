"""The page of one's own API tokens."""

import pytest
from django.test import Client

from people.models import ApiToken
from tests.conftest import Cast, bearer, sign_in

pytestmark = pytest.mark.django_db

FORM = {"name": "nightly upload", "scopes": ["kpis:read"], "days": "30"}


def test_a_new_tokens_secret_is_shown_once_and_works(cast: Cast) -> None:
    client = sign_in(cast.ana)
    assert client.post("/tokens/", FORM).status_code == 302
    assert "ops_" not in str(dict(client.session))
    response = client.get("/tokens/")
    secret = response.context["secret"]
    assert secret in response.content.decode()
    assert secret not in client.get("/tokens/").content.decode()
    answer = Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scopes": ["everything"]}, {"scopes": []}, {"days": "9999"}]
)
def test_a_wrong_form_makes_no_token_and_keeps_what_was_typed(
    cast: Cast, wrong: dict[str, str | list[str]]
) -> None:
    response = sign_in(cast.ana).post("/tokens/", {**FORM, **wrong})
    assert response.status_code == 422
    assert not ApiToken.objects.exists()
    if "name" not in wrong:
        assert "nightly upload" in response.content.decode()


def test_revoking_asks_first_and_then_stops_the_token(cast: Cast) -> None:
    headers = bearer(cast.ana)
    token = ApiToken.objects.get()
    client = sign_in(cast.ana)
    assert client.get(f"/tokens/{token.pk}/revocation/").status_code == 200
    assert Client().get("/api/v1/me/", headers=headers).status_code == 200
    assert client.post(f"/tokens/{token.pk}/revocation/").status_code == 302
    assert Client().get("/api/v1/me/", headers=headers).status_code == 401


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_persons_token_is_not_there(cast: Cast, method: str) -> None:
    bearer(cast.ana)
    token = ApiToken.objects.get()
    for stranger in (cast.ben, cast.dan):
        response = getattr(sign_in(stranger), method)(f"/tokens/{token.pk}/revocation/")
        assert response.status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None
    assert "test" not in [row.name for row in sign_in(cast.ben).get("/tokens/").context["tokens"]]
