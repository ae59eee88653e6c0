"""Writes of the people app."""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from common.answers import Answer, KeyUsedDifferently, TwinRunning
from common.errors import InvalidInput, NotAllowed, NotVisible
from common.locks import LockSpace, try_lock
from people.choices import Language, Role, Scope
from people.models import (
    ApiToken,
    IdempotentRequest,
    Membership,
    Organization,
    Team,
    TeamMembership,
    User,
)
from people.permissions import can_administer

TOKEN_DAYS = 90
LAST_USED_STEP = timedelta(minutes=5)
ANSWERS_KEPT = timedelta(hours=48)


@transaction.atomic
def create_organization(*, slug: str, **fields: Any) -> Organization:
    """A new organization; `fields` as in the model."""
    return Organization.objects.create(slug=slug, **fields)


@transaction.atomic
def add_member(
    *,
    organization: Organization,
    email: str,
    name: str,
    role: Role,
    password: str | None = None,
    language: str = "",
    teams: dict[Team, bool] | None = None,
) -> Membership:
    """A person in the organization (created where unknown); `teams` maps each team to whether they lead it."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email=email, password=password, name=name, language=language)
    membership, _created = Membership.objects.get_or_create(
        organization=organization, user=user, defaults={"role": role}
    )
    for team, is_lead in (teams or {}).items():
        TeamMembership.objects.get_or_create(team=team, membership=membership, defaults={"is_lead": is_lead})
    return membership


@transaction.atomic
def choose_language(*, user: User, language: Language) -> None:
    """The account's language, for its pages and its messages."""
    User.objects.filter(pk=user.pk).update(language=language)


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


def claim_key(*, token: ApiToken, key: str, fingerprint: str) -> Answer | None:
    """Hold an `Idempotency-Key` until the caller's transaction ends; its stored answer, or None if new.

    Refuses a key whose first request still runs, and one that stands for another request.
    """
    digest = sha256(f"{token.pk}:{key}".encode()).digest()
    if not try_lock(LockSpace.IDEMPOTENCY_KEY, int.from_bytes(digest[:4], signed=True)):
        raise TwinRunning
    stored = IdempotentRequest.objects.filter(token=token, key=key).first()
    if stored is None:
        return None
    if stored.fingerprint != fingerprint:
        raise KeyUsedDifferently
    return Answer(status=stored.status, **stored.answer)


def keep_answer(*, token: ApiToken, key: str, fingerprint: str, answer: Answer) -> None:
    """The answer of a claimed key, stored in the transaction that holds its effect."""
    IdempotentRequest.objects.create(
        token=token,
        key=key,
        fingerprint=fingerprint,
        status=answer.status,
        answer={"body": answer.body, "headers": answer.headers},
    )


def forget_answers() -> int:
    """Delete the answers kept for longer than `ANSWERS_KEPT`; returns how many. Safe to run twice at once."""
    deleted, _per_model = IdempotentRequest.objects.filter(created_at__lt=Now() - ANSWERS_KEPT).delete()
    return deleted


def _keyed_hash(secret: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"api-token:" + secret.encode(), sha256).hexdigest()
