"""Proving once more that one is the account's owner, before something that matters."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Final

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from people import services
from people.access import MemberRequest
from people.browsers import origin_of
from people.models import User

CONFIRMED_SECONDS: Final = 600


def recently_confirmed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only for whoever has proved in the last ten minutes that they are the account's owner; others are asked to."""

    @wraps(view)
    def door(request: MemberRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        user = request.membership.user
        if _can_prove(user) and not _has_proved(request, user):
            goal = request.get_full_path()
            if request.method != "GET":
                # What was posted is not kept.
                goal = reverse("people:two-step")
                messages.info(request, _("Confirm that it is you, then press the button once more."))
            return redirect(f"{reverse('people:confirmation')}?{urlencode({'next': goal})}")
        return view(request, *args, **kwargs)

    return door


def prove_password(request: HttpRequest, user: User, typed: str) -> bool:
    """Whether it is the account's password; asked too often, nothing is looked at. Raises `TooManyAttempts`."""
    account = services.account_key("password", user.email)
    attempt = services.admit(account=account, origin=origin_of(request, account))
    is_right = user.check_password(typed)
    services.settle(attempt, passed=is_right)
    return is_right


def _can_prove(user: User) -> bool:
    """Whoever has neither a password nor a second step comes from the provider, which does the asking."""
    return user.has_usable_password() or services.has_second_step(user)


def _has_proved(request: HttpRequest, user: User) -> bool:
    records = get_authentication_records(request, user)
    return any(time.time() - record["at"] < CONFIRMED_SECONDS for record in records)
