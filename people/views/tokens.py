"""A member's own API tokens."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import NotVisible
from people import selectors, services
from people.access import MemberRequest, signed_in
from people.choices import Scope
from people.forms import TokenForm


@signed_in
@require_http_methods(["GET", "POST"])
def tokens(request: MemberRequest) -> HttpResponse:
    """The member's own tokens; a POST makes one and shows its secret, this once."""
    form = TokenForm(request.POST or None)
    secret, status = "", 200
    if request.method == "POST" and form.is_valid():
        _token, secret = services.create_token(
            by=request.membership,
            name=form.cleaned_data["name"],
            scopes=[Scope(scope) for scope in form.cleaned_data["scopes"]],
            expires_at=form.expires_at,
        )
        form, status = TokenForm(), 201
    elif request.method == "POST":
        status = 422
    context = {
        "form": form,
        "secret": secret,
        "tokens": selectors.tokens_of(request.membership),
        "now": timezone.now(),
        "site_url": settings.SITE_URL,
    }
    return render(request, "people/tokens.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def token_revocation(request: MemberRequest, token_id: int) -> HttpResponse:
    """Asks first; a POST makes the token stop working at once."""
    token = selectors.tokens_of(request.membership).filter(pk=token_id).first()
    if token is None:
        raise NotVisible
    if request.method == "POST":
        services.revoke_token(by=request.membership, token_id=token_id)
        messages.success(request, _("The token “%(name)s” no longer works.") % {"name": token.name})
        return redirect("people:tokens")
    return render(request, "people/token_revocation.html", {"token": token})
