"""One's own account: name, language, address, sessions, and proving once more that it is oneself."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.addresses import own_address
from common.errors import InvalidInput, NotVisible
from common.middleware import answering
from people import selectors, services
from people.access import MemberRequest, setting_up, signed_in
from people.browsers import account_of, origin_of
from people.confirming import prove_password, recently_confirmed
from people.errors import AddressTaken, LinkWorthless, TooManyAttempts
from people.forms import AddressForm, CodeForm, ConfirmationForm, ProfileForm
from people.models import User


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """Name, language and e-mail address."""
    user = request.membership.user
    initial = {"name": user.name, "language": user.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            services.edit_profile(user=user, name=chosen["name"], language=chosen["language"])
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:profile")
    context = {"form": form, "address_form": AddressForm()}
    return render(request, "people/profile.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
@recently_confirmed
def address(request: MemberRequest) -> HttpResponse:
    """Ask for another e-mail address; it is changed by the link that goes there."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        services.ask_for_address(user=request.membership.user, email=form.cleaned_data["email"])
        messages.success(request, _("Open the link in the mail that is on its way to the new address."))
        return redirect("people:profile")
    return render(request, "people/address.html", {"form": form}, status=422 if form.errors else 200)


@setting_up
@require_http_methods(["GET", "POST"])
def address_confirmation(request: MemberRequest, token: str) -> HttpResponse:
    """The link of the mail: asks first; a POST changes the address."""
    user = request.membership.user
    try:
        email = services.address_of_token(user=user, token=token)
        if request.method == "POST":
            services.change_address(user=user, token=token)
            messages.success(request, _("Your e-mail address is changed."))
            return redirect("people:profile")
    except (LinkWorthless, AddressTaken) as refused:
        context = {"detail": refused.detail, "again": "people:address"}
        return render(request, "people/link_worthless.html", context, status=404)
    return render(request, "people/address_confirmation.html", {"email": email})


@signed_in
@require_safe
def sessions(request: MemberRequest) -> HttpResponse:
    """Where one is signed in."""
    listed = selectors.sessions_of(request.membership.user, request.session.session_key)
    return render(request, "people/sessions.html", {"sessions": listed})


@signed_in
@require_POST
def end_session(request: MemberRequest, session_id: int) -> HttpResponse:
    """One session ends."""
    if not services.end_session(user=request.membership.user, session_id=session_id):
        raise NotVisible
    messages.success(request, _("This session has ended."))
    return redirect("people:sessions")


@signed_in
@require_POST
def end_other_sessions(request: MemberRequest) -> HttpResponse:
    """Every session but this one ends."""
    services.end_other_sessions(user=request.membership.user, session_key=request.session.session_key)
    messages.success(request, _("Every other session has ended."))
    return redirect("people:sessions")


@setting_up
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def confirmation(request: MemberRequest) -> HttpResponse:
    """Prove with the password, or with a code where there is none, that it is still oneself."""
    user = request.membership.user
    goal = own_address(request.POST.get("next") or request.GET.get("next") or "", reverse("people:profile"))
    by_password = user.has_usable_password()
    form = (ConfirmationForm if by_password else CodeForm)(request.POST or None)
    refused: TooManyAttempts | None = None
    if form.is_valid():
        try:
            if _proves(request, user, form.cleaned_data):
                method = "password" if by_password else "mfa"
                record_authentication(request, user, method, reauthenticated=True)
                return redirect(goal)
            form.add_error(None, _("This is not right. Please try again."))
        except TooManyAttempts as too_many:
            refused = too_many
            form.add_error(None, str(refused.detail))
    status = 422 if form.is_bound else 200
    page = render(request, "people/confirmation.html", {"form": form, "next": goal}, status=status)
    return answering(page, refused)


def _proves(request: MemberRequest, user: User, typed: dict[str, str]) -> bool:
    if "password" in typed:
        return prove_password(request, user, typed["password"])
    origin = origin_of(request, account_of(user))
    return services.use_code(user=user, code=typed["code"], origin=origin) is not None
