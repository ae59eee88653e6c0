"""The second step of signing in: codes of an authenticator app, recovery codes, passkeys."""

from typing import TYPE_CHECKING, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db import transaction
from django.utils.crypto import constant_time_compare

from common.secrets import decrypt
from people.choices import AccountMailKind
from people.models import User
from people.services.account_mail import request_mail
from people.services.throttling import Origin, account_key, admit, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_step(user: User) -> bool:
    """True where the account has an authenticator app or a passkey; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=STEPS).exists())


def new_secret() -> str:
    """A secret for an authenticator app, not stored yet."""
    return str(generate_totp_secret())


@transaction.atomic
def add_app(*, user: User, secret: str, code: str) -> "Sequence[str] | None":
    """The authenticator app with this secret becomes the second step, proved by a code of it.

    Returns the recovery codes where the account got its first ones, else an empty list; None where the code is
    wrong. A second app replaces the first.
    """
    counter = _counter_of(secret, _digits(code), after=-1)
    if counter is None:
        return None
    _locked(user)
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).delete()
    app = TOTP.activate(user, secret).instance
    app.data["last_counter"] = counter
    app.save(update_fields=["data"])
    return _with_codes(user)


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: dict[str, object]) -> "Sequence[str]":
    """A passkey that the browser has just made and `credential` proves. Returns as `add_app` does."""
    # fido2 is needed by few processes and costs as much as all of Django's forms.
    from allauth.mfa.webauthn.internal.auth import WebAuthn

    _locked(user)
    WebAuthn.add(user, name, credential)
    return _with_codes(user)


@transaction.atomic
def remove_step(*, user: User, authenticator_id: int) -> bool:
    """The app or passkey no longer opens the account; with the last one the recovery codes go too."""
    _locked(user)
    own = Authenticator.objects.filter(user_id=user.pk)
    removed, _per_model = own.filter(pk=authenticator_id, type__in=STEPS).delete()
    if not removed:
        return False
    if not has_second_step(user):
        own.delete()
    request_mail(AccountMailKind.TWO_STEP_CHANGED, email=user.email, user=user)
    return True


@transaction.atomic
def remove_all_steps(*, user: User) -> int:
    """Nothing but the password opens the account; returns how many apps and passkeys there were."""
    _locked(user)
    own = Authenticator.objects.filter(user_id=user.pk)
    removed = int(own.filter(type__in=STEPS).count())
    own.delete()
    request_mail(AccountMailKind.TWO_STEP_CHANGED, email=user.email, user=user)
    return removed


@transaction.atomic
def renew_recovery_codes(*, user: User) -> "Sequence[str]":
    """Ten new codes; the ones before are worthless. None without a second step to recover from."""
    _locked(user)
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    return [str(code) for code in RecoveryCodes.activate(user).generate_codes()]


def recovery_codes(user: User) -> "Sequence[str]":
    """The codes that have not been used; only for the minutes in which they may be shown."""
    row = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    return [str(code) for code in RecoveryCodes(row).get_unused_codes()] if row else []


def use_code(*, user: User, code: str, origin: Origin) -> Authenticator | None:
    """The authenticator whose code this is; each code opens once. None for a wrong one.

    Refuses after too many wrong ones, however many processes are asked at once.
    """
    attempt = admit(account=account_key("code", user.pk), origin=origin)
    found = _take(user, _digits(code))
    settle(attempt, passed=found is not None)
    return found


@transaction.atomic
def _take(user: User, code: str) -> Authenticator | None:
    for row in Authenticator.objects.select_for_update().filter(user_id=user.pk).order_by("pk"):
        if row.type == Authenticator.Type.TOTP:
            last = int(row.data.get("last_counter", -1))
            counter = _counter_of(decrypt(row.data["secret"]), code, after=last)
            if counter is not None:
                row.data["last_counter"] = counter
                row.save(update_fields=["data"])
                return row
        elif row.type == Authenticator.Type.RECOVERY_CODES and RecoveryCodes(row).validate_code(code):
            return row
    return None


def _counter_of(secret: str, code: str, *, after: int) -> int | None:
    """The time step that the code belongs to, if it is now, the one before or after, and later than `after`."""
    for counter in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(secret, counter))
        if counter > after and constant_time_compare(code, expected):
            return int(counter)
    return None


def _digits(code: str) -> str:
    """Apps show codes in groups."""
    return "".join(code.split()).replace("-", "")


def _locked(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)


def _with_codes(user: User) -> "Sequence[str]":
    request_mail(AccountMailKind.TWO_STEP_CHANGED, email=user.email, user=user)
    if Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).exists():
        return []
    return renew_recovery_codes(user=user)
