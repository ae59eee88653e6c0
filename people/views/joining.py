"""Coming into an organization by a link, and going from one to another."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput, NotVisible
from common.htmx import render_page
from people import selectors, services
from people.access import MemberRequest, identifying, setting_up
from people.browsers import act_in
from people.choices import Language
from people.errors import LinkWorthless
from people.forms import JoinForm
from people.models import Invitation, Membership, Organization


@identifying
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Join: with a new account, or with the one that has this address, once its owner is signed in."""
    try:
        found = services.invitation_of(token)
        return _answer(request, found, token)
    except LinkWorthless:
        detail = _(
            "This invitation was used or withdrawn, or is older than a week. If you have joined, sign in; "
            "otherwise ask whoever invited you for a new one."
        )
        return render(request, "people/link_worthless.html", {"detail": detail}, status=404)


@setting_up
@require_http_methods(["GET", "POST"])
def switch(request: MemberRequest) -> HttpResponse:
    """Act in another organization of one's own."""
    if request.method == "GET":
        context = {"places": selectors.places_of(request.membership.user)}
        return render_page(request, "people/switch.html", context, partial="places")
    wanted = request.POST.get("organization", "")
    place = None
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19:
        place = selectors.place_in(int(wanted), request.membership.user)
    if place is None:
        raise NotVisible
    act_in(request, place)
    return redirect("home:manager")


def _answer(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    context = {"invitation": found, "here": request.get_full_path()}
    if request.user.is_authenticated:
        is_theirs = request.user.email.lower() == found.email.lower()
        if request.method == "POST" and is_theirs:
            return _joined(request, services.join(token=token, user=request.user), found.organization)
        return render(request, "people/invitation.html", {**context, "is_theirs": is_theirs})
    if selectors.has_account(found.email):
        return render(request, "people/invitation.html", {**context, "has_account": True})
    form = JoinForm(request.POST or None, initial={"language": translation.get_language()})
    if form.is_valid():
        chosen = {**form.cleaned_data, "language": Language(form.cleaned_data["language"])}
        try:
            membership = services.join_as_new(token=token, **chosen)
        except InvalidInput as refused:
            form.add_error("password", [str(each) for said in refused.fields.values() for each in said])
        else:
            entering = Login(user=membership.user, email=membership.user.email)
            answer: HttpResponse = perform_password_login(request, {"email": membership.user.email}, entering)
            _joined(request, membership, found.organization)
            return answer
    status = 422 if form.errors else 200
    return render(request, "people/invitation.html", {**context, "form": form}, status=status)


def _joined(request: HttpRequest, membership: Membership, organization: Organization) -> HttpResponse:
    act_in(request, membership)
    messages.success(request, _("Welcome to %(name)s.") % {"name": organization.name})
    return redirect("home:manager")
