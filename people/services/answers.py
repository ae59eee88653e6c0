"""The answers to requests with an `Idempotency-Key`."""

from datetime import timedelta
from hashlib import sha256

from django.db.models.functions import Now

from common.answers import Answer, KeyUsedDifferently, TwinRunning
from common.locks import LockSpace, try_lock
from people.models import ApiToken, IdempotentRequest

ANSWERS_KEPT = timedelta(hours=48)


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
