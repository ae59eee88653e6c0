"""A member's own API tokens."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput
from common.secrets import decrypt, encrypt
from people import selectors, services
from people.access import MemberRequest, signed_in
from people.choices import Scope
from people.forms import RotationForm, TokenForm

# Where the session keeps a secret, unreadable, until the next page shows it.
TO_BE_SHOWN: Final = "to_be_shown"


@signed_in
@require_http_methods(["GET", "POST"])
def tokens(request: MemberRequest) -> HttpResponse:
    """The member's own tokens, and once the secret of a new one; a POST makes one and leads back."""
    form = TokenForm(request.POST or None)
    if request.method == "GET":
        kept = request.session.pop(TO_BE_SHOWN, None)
        return _page(request, form, secret=decrypt(kept) if kept else "")
    if form.is_valid():
        try:
            _token, secret = services.create_token(
                by=request.membership,
                name=form.cleaned_data["name"],
                scopes=[Scope(scope) for scope in form.cleaned_data["scopes"]],
                expires_at=form.expires_at,
                allowed_networks=form.networks,
            )
        except InvalidInput as refused:
            for name, sentences in refused.fields.items():
                form.add_error(name if name in form.fields else None, [str(each) for each in sentences])
        else:
            return _to_be_shown(request, secret)
    return _page(request, form, status=422)


@signed_in
@require_http_methods(["GET", "POST"])
def token_rotation(request: MemberRequest, token_id: int) -> HttpResponse:
    """Asks how long the present secret shall still work; a POST makes a new one and leads to it."""
    token = selectors.get_token(request.membership, token_id)
    form = RotationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hours = form.cleaned_data["overlap_hours"]
        _token, secret = services.rotate_token(by=request.membership, token_id=token_id, overlap_hours=hours)
        return _to_be_shown(request, secret)
    status = 422 if request.method == "POST" else 200
    return render(request, "people/token_rotation.html", {"token": token, "form": form}, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def token_revocation(request: MemberRequest, token_id: int) -> HttpResponse:
    """Asks first; a POST makes the token stop working at once."""
    token = selectors.get_token(request.membership, token_id)
    if request.method == "POST":
        services.revoke_token(by=request.membership, token_id=token_id)
        messages.success(request, _("The token “%(name)s” no longer works.") % {"name": token.name})
        return redirect("people:tokens")
    return render(request, "people/token_revocation.html", {"token": token})


def _to_be_shown(request: MemberRequest, secret: str) -> HttpResponse:
    """The list shows it once. Whoever loads that page anew makes no second token, and sees no secret again."""
    request.session[TO_BE_SHOWN] = encrypt(secret)
    return redirect("people:tokens")


def _page(request: MemberRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "secret": secret,
        "tokens": selectors.tokens_of(request.membership),
        "now": timezone.now(),
        "site_url": settings.SITE_URL,
    }
    response = render(request, "people/tokens.html", context, status=status)
    if secret:
        response["Cache-Control"] = "no-store"
    return response
