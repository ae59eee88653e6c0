"""The second step of one's account: an authenticator app, passkeys, recovery codes."""

import time
from base64 import b64encode
from typing import Final

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import NotVisible
from common.secrets import decrypt, encrypt
from people import passkeys, selectors, services
from people.access import MemberRequest, setting_up
from people.adapters import can_use_passkeys
from people.confirming import recently_confirmed
from people.forms import CodeForm, PasskeyNameForm

PENDING_APP: Final = "two_step_app"
CODES_KEY: Final = "recovery_codes_until"
CODES_SECONDS: Final = 600


@setting_up
@require_safe
def two_step(request: MemberRequest) -> HttpResponse:
    """What opens the account besides the password."""
    context = {
        "steps": selectors.second_steps(request.membership.user),
        "has_passkeys": can_use_passkeys(),
        "is_required": request.membership.organization.requires_two_step,
        "must_set_up": request.must_set_up,
    }
    return render(request, "people/two_step.html", context)


@setting_up
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@recently_confirmed
def add_app(request: MemberRequest) -> HttpResponse:
    """Scan a code with an authenticator app, and type what it shows."""
    user = request.membership.user
    kept = request.session.get(PENDING_APP) if request.method == "POST" else None
    secret = decrypt(kept) if kept else services.new_secret()
    form = CodeForm(request.POST or None)
    if form.is_valid():
        codes = services.add_app(user=user, secret=secret, code=form.cleaned_data["code"])
        if codes is not None:
            request.session.pop(PENDING_APP, None)
            messages.success(request, _("The authenticator app is set up."))
            return _after(request, shows_codes=bool(codes))
        form.add_error("code", _("This code is not right. Check the time of your phone, and try again."))
    # The secret waits in the session until the app has proved it, unreadable there as everywhere.
    request.session[PENDING_APP] = encrypt(secret)
    url = get_adapter().build_totp_url(user, secret)
    picture = b64encode(get_adapter().build_totp_svg(url).encode()).decode()
    context = {
        "form": form,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "url": url,
        "picture": f"data:image/svg+xml;base64,{picture}",
    }
    return render(request, "people/add_app.html", context, status=422 if form.errors else 200)


@setting_up
@require_http_methods(["GET", "POST"])
@recently_confirmed
def add_passkey(request: MemberRequest) -> HttpResponse:
    """Make a passkey in this browser or on a security key."""
    if not can_use_passkeys():
        raise NotVisible
    user = request.membership.user
    form = PasskeyNameForm(request.POST or None)
    if form.is_valid():
        credential = form.cleaned_data["credential"]
        if passkeys.made(credential):
            codes = services.add_passkey(user=user, name=form.cleaned_data["name"], credential=credential)
            messages.success(request, _("The passkey is set up."))
            return _after(request, shows_codes=bool(codes))
        form.add_error(None, _("The browser's answer was not right. Please try again."))
    context = {"form": form, "options": passkeys.making(user)}
    return render(request, "people/add_passkey.html", context, status=422 if form.errors else 200)


@setting_up
@require_safe
@recently_confirmed
def step_removal(request: MemberRequest) -> HttpResponse:
    """Says what goes with the app or passkey that `?step=` names, before it is taken away."""
    steps = selectors.second_steps(request.membership.user)
    step = next((each for each in steps.all if str(each.pk) == request.GET.get("step")), None)
    if step is None:
        raise NotVisible
    return render(request, "people/step_removal.html", {"step": step, "is_last": len(steps.all) == 1})


@setting_up
@require_POST
@recently_confirmed
def remove_step(request: MemberRequest, step_id: int) -> HttpResponse:
    """The app or passkey is taken away."""
    if not services.remove_step(user=request.membership.user, authenticator_id=step_id):
        raise NotVisible
    messages.success(request, _("Removed. It opens your account no longer."))
    return redirect("people:two-step")


@setting_up
@require_POST
@recently_confirmed
def renew_codes(request: MemberRequest) -> HttpResponse:
    """Ten new recovery codes; the ones before are worthless."""
    user = request.membership.user
    if not services.has_second_step(user):
        raise NotVisible
    services.renew_recovery_codes(user=user)
    return _after(request, shows_codes=True)


@setting_up
@require_safe
def recovery_codes(request: MemberRequest) -> HttpResponse:
    """The codes, for the ten minutes after they were made; later there are only new ones."""
    if request.session.get(CODES_KEY, 0) < time.time():
        request.session.pop(CODES_KEY, None)
        return redirect("people:two-step")
    codes = services.recovery_codes(request.membership.user)
    if request.GET.get("as") == "file":
        lines = [f"opsteam, {request.membership.user.email}", *codes]
        response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="opsteam-recovery-codes.txt"'
        return response
    return render(request, "people/recovery_codes.html", {"codes": codes})


@setting_up
@require_POST
def codes_saved(request: MemberRequest) -> HttpResponse:
    """The codes are shown no more."""
    request.session.pop(CODES_KEY, None)
    return redirect("people:two-step")


def _after(request: MemberRequest, *, shows_codes: bool) -> HttpResponse:
    """Whoever has just proved a second step need not prove it again in this session."""
    record_authentication(request, request.membership.user, "mfa", reauthenticated=True)
    if not shows_codes:
        return redirect("people:two-step")
    request.session[CODES_KEY] = time.time() + CODES_SECONDS
    return redirect("people:recovery-codes")
