"""Who may try to sign in once more. Everything is counted in PostgreSQL, so it holds with Redis down.

An attempt is counted before the secret is looked at, and one at a time per account: parallel guesses cannot
slip through. Guesses from elsewhere never count against a device or a network from which the account's owner
has signed in before, so hammering an address does not keep its owner out.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from common.locks import LockSpace, lock_all
from people.choices import Outcome
from people.errors import TooManyAttempts
from people.models import SignInAttempt

WINDOW: Final = timedelta(minutes=15)
KNOWN_FOR: Final = timedelta(days=30)
# Within a window: for one account from one network, from one device of the owner, from all strangers together,
# and from one network against any account.
PER_PLACE, PER_DEVICE, PER_ACCOUNT, PER_NETWORK = 5, 10, 20, 60
_GUESSES: Final = Q(outcome__in=[Outcome.PENDING, Outcome.FAILED], at__gt=Now() - WINDOW)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an attempt comes from: its network, and the owner's device where the browser proves to be one."""

    network: str
    device: str = ""


def account_key(purpose: str, name: object) -> str:
    """What attempts at one account have in common: a keyed hash, without case."""
    text = f"sign-in:{purpose}:{str(name).strip().lower()}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), sha256).hexdigest()


@transaction.atomic
def admit(*, account: str, origin: Origin) -> SignInAttempt:
    """The attempt, counted as pending. Refuses where too many were made; a refused one counts for nothing."""
    lock_all(LockSpace.SIGN_IN, [int(account[:7], 16)])
    until = _refused_until(account, origin)
    if until is not None:
        raise TooManyAttempts(until - timezone.now())
    return SignInAttempt.objects.create(account=account, network=origin.network, device=origin.device)


def settle(attempt: SignInAttempt, *, passed: bool) -> None:
    """What came of an admitted attempt; the place it passed from is known from now on."""
    outcome = Outcome.PASSED if passed else Outcome.FAILED
    SignInAttempt.objects.filter(pk=attempt.pk).update(outcome=outcome)


def is_known(*, account: str, origin: Origin) -> bool:
    """True for a device of the owner, and for a network from which they signed in within 30 days."""
    return bool(origin.device) or _passed(account, network=origin.network, within=KNOWN_FOR) is not None


def forget_attempts() -> int:
    """Delete the attempts that no longer count or prove anything; returns how many. Safe to run twice at once."""
    old = Q(at__lt=Now() - WINDOW) & ~Q(outcome=Outcome.PASSED) | Q(at__lt=Now() - KNOWN_FOR)
    deleted, _per_model = SignInAttempt.objects.filter(old).delete()
    return deleted


def _refused_until(account: str, origin: Origin) -> datetime | None:
    """When there is room for another guess; None where there is now."""
    at_account = SignInAttempt.objects.filter(_GUESSES, account=account)
    if origin.device:
        since = _passed(account, device=origin.device) or 0
        return _full_until(at_account.filter(device=origin.device, pk__gt=since), PER_DEVICE)
    since = _passed(account, network=origin.network) or 0
    strange = at_account.filter(device="")
    until = _full_until(strange.filter(network=origin.network, pk__gt=since), PER_PLACE)
    if until is not None or is_known(account=account, origin=origin):
        return until
    from_here = SignInAttempt.objects.filter(_GUESSES, network=origin.network)
    times = (_full_until(strange, PER_ACCOUNT), _full_until(from_here, PER_NETWORK))
    return max((each for each in times if each is not None), default=None)


def _full_until(guesses: QuerySet[SignInAttempt], most: int) -> datetime | None:
    """When so few of these guesses are left in the window that one more fits; None where it fits now."""
    last = next(iter(guesses.order_by("-at").values_list("at", flat=True)[most - 1 : most]), None)
    return None if last is None else last + WINDOW


def _passed(account: str, *, within: timedelta = WINDOW, **origin: str) -> int | None:
    """The newest attempt that passed from there."""
    passed = SignInAttempt.objects.filter(account=account, outcome=Outcome.PASSED, at__gt=Now() - within)
    newest: int | None = passed.filter(**origin).aggregate(newest=Max("pk"))["newest"]
    return newest
