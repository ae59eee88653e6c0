"""API tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import InvalidInput
from people import services
from people.choices import Scope
from people.models import ApiToken
from tests.conftest import Cast


def test_a_token_is_found_by_its_secret_and_stored_only_as_a_hash(cast: Cast) -> None:
    token, secret = services.create_token(by=cast.ana, name="bi", scopes=[Scope.KPIS_READ])
    assert services.use_token(secret) == token
    assert secret.rpartition("_")[2] not in str(ApiToken.objects.values().get())


@pytest.mark.parametrize(
    "change", ["x", "", "ops_", "ops_1_", "ops_99999999999999999999_a", "ops_²_a", "ops_1"]
)
def test_anything_but_the_secret_is_refused(cast: Cast, change: str) -> None:
    _token, secret = services.create_token(by=cast.ana, name="bi", scopes=[Scope.KPIS_READ])
    assert services.use_token(secret + change if change == "x" else change) is None


def test_a_token_stops_when_revoked_expired_or_its_member_leaves(cast: Cast) -> None:
    token, secret = services.create_token(by=cast.ana, name="bi", scopes=[Scope.KPIS_READ])
    cast.ana.is_active = False
    cast.ana.save()
    assert services.use_token(secret) is None
    cast.ana.is_active = True
    cast.ana.save()
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert services.use_token(secret) is None
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert services.use_token(secret) == token
    services.revoke_token(by=cast.ana, token_id=token.pk)
    assert services.use_token(secret) is None


def test_an_expiry_in_the_past_is_refused_and_stores_nothing(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        services.create_token(by=cast.ana, name="x", scopes=[], expires_at=timezone.now() - timedelta(days=1))
    assert not ApiToken.objects.exists()
