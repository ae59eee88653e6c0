"""API tokens: made, used and revoked."""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from common.errors import InvalidInput, NotAllowed, NotVisible
from people.choices import Scope
from people.models import ApiToken, Membership
from people.permissions import can_administer

TOKEN_DAYS = 90
LAST_USED_STEP = timedelta(minutes=5)


@transaction.atomic
def create_token(
    *, by: Membership, name: str, scopes: list[Scope], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A token of `by`'s own rights and its secret, which is shown once. Refuses an expiry in the past."""
    if not by.is_active:
        raise NotAllowed
    expires_at = expires_at or timezone.now() + timedelta(days=TOKEN_DAYS)
    if expires_at <= timezone.now():
        raise InvalidInput({"expires_at": ["The token would already have expired."]})
    secret = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        organization_id=by.organization_id,
        membership=by,
        name=name,
        secret_hash=_keyed_hash(secret),
        scopes=[str(scope) for scope in scopes],
        expires_at=expires_at,
    )
    return token, f"ops_{token.pk}_{secret}"


@transaction.atomic
def revoke_token(*, by: Membership, token_id: int) -> None:
    """The token stops working at once. Own tokens, or any of the organization for administrators."""
    token = ApiToken.objects.visible_to(by).select_for_update().filter(pk=token_id).first()
    if token is None:
        raise NotVisible
    if token.membership_id != by.pk and not can_administer(by):
        raise NotAllowed
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=Now())


def use_token(presented: str) -> ApiToken | None:
    """The live token that was presented, with its membership loaded, or None; remembers its use every 5 minutes."""
    kind, _sep, rest = presented.partition("_")
    token_id, _sep, secret = rest.partition("_")
    if kind != "ops" or not token_id.isascii() or not token_id.isdecimal() or len(token_id) > 18:
        return None
    token = (
        ApiToken.objects.select_related("membership__organization", "membership__user")
        .filter(
            Q(pk=int(token_id)),
            revoked_at__isnull=True,
            expires_at__gt=Now(),
            membership__is_active=True,
            membership__user__is_active=True,
        )
        .first()
    )
    if token is None or not hmac.compare_digest(token.secret_hash, _keyed_hash(secret)):
        return None
    if token.last_used_at is None or timezone.now() - token.last_used_at > LAST_USED_STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=Now())
    return token


def _keyed_hash(secret: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"api-token:" + secret.encode(), sha256).hexdigest()
