"""Passkeys: what to ask of a browser, and whether what it answered is right. fido2 is loaded when first asked."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from people.models import User


def has_any(user: User) -> bool:
    """True where the account has a passkey."""
    keys = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    return bool(keys.exists())


def making(user: User) -> dict[str, Any]:
    """What a browser needs to make a passkey for the account; the challenge waits in the session."""
    from allauth.mfa.webauthn.internal.auth import begin_registration

    return dict(begin_registration(user, True))


def made(credential: dict[str, Any]) -> bool:
    """True where the browser has answered the waiting challenge with a new passkey."""
    from allauth.mfa.webauthn.internal.auth import complete_registration, parse_registration_response

    try:
        parse_registration_response(credential)
        complete_registration(credential)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def asking(user: User | None) -> dict[str, Any]:
    """What a browser needs to prove a passkey of the account, or of any where none is named."""
    from allauth.mfa.webauthn.internal.auth import begin_authentication

    return dict(begin_authentication(user))


def answered(user: User | None, credential: dict[str, Any]) -> Authenticator | None:
    """The passkey that answered the waiting challenge; None for a wrong answer, another's key, or none waiting."""
    from allauth.mfa.webauthn.internal.auth import (
        complete_authentication,
        extract_user_from_response,
        parse_authentication_response,
    )

    try:
        parse_authentication_response(credential)
        owner = user if user is not None else extract_user_from_response(credential)
        return complete_authentication(owner, credential)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return None
