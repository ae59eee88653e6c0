"""A new password: by the link of a mail, or with the present one."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput
from common.middleware import answering
from people import services
from people.access import MemberRequest, identifying, public, signed_in
from people.browsers import list_session, origin_of
from people.confirming import prove_password
from people.errors import LinkWorthless, TooManyAttempts
from people.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm
from people.models import User


@public
@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whether the address has an account or not."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        account = services.account_key("reset", email)
        services.ask_for_password_reset(email=email, origin=origin_of(request, account))
        return render(request, "people/forgotten.html", {"email": email})
    status = 422 if form.is_bound else 200
    return render(request, "people/forgotten.html", {"form": form}, status=status)


@identifying
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, key: str) -> HttpResponse:
    """Set a password by the link of a mail; a second step is still asked for."""
    try:
        user = services.user_of_reset(key)
    except LinkWorthless as refused:
        return render(
            request,
            "people/link_worthless.html",
            {"detail": refused.detail, "again": "people:forgotten"},
            status=404,
        )
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            services.set_password(user=user, password=form.cleaned_data["password"])
        except InvalidInput as refused:
            form.add_error("password", [str(each) for said in refused.fields.values() for each in said])
        else:
            services.end_other_sessions(user=user, session_key=None)
            messages.success(request, _("Your password is changed."))
            return _sign_in(request, user)
    status = 422 if form.is_bound else 200
    return render(request, "people/reset.html", {"form": form, "person": user}, status=status)


@signed_in
@sensitive_post_parameters("current", "password")
@require_http_methods(["GET", "POST"])
def password(request: MemberRequest) -> HttpResponse:
    """Change one's password; all other sessions end."""
    user = request.membership.user
    form = ChangePasswordForm(request.POST or None, has_password=user.has_usable_password())
    is_proved, refused = _proof(request, user, form) if form.is_valid() else (False, None)
    if is_proved:
        try:
            services.set_password(user=user, password=form.cleaned_data["password"])
        except InvalidInput as wrong:
            form.refuse(wrong)
        else:
            services.end_other_sessions(user=user, session_key=request.session.session_key)
            update_session_auth_hash(request, user)
            list_session(request, user)
            messages.success(request, _("Your password is changed. Every other session has ended."))
            return redirect("people:password")
    page = render(request, "people/password.html", {"form": form}, status=422 if form.errors else 200)
    return answering(page, refused)


def _proof(request: HttpRequest, user: User, form: ChangePasswordForm) -> tuple[bool, TooManyAttempts | None]:
    """Whether it is the owner, or why nothing was looked at; the form says what is wrong."""
    if "current" not in form.fields:
        return True, None
    try:
        is_right = prove_password(request, user, form.cleaned_data["current"])
    except TooManyAttempts as refused:
        form.add_error(None, str(refused.detail))
        return False, refused
    if not is_right:
        form.add_error("current", _("This is not your present password."))
    return is_right, None


def _sign_in(request: HttpRequest, user: User) -> HttpResponse:
    record_authentication(request, user, "password_reset", email=user.email)
    entering: Any = perform_login(request, Login(user=user, email=user.email))
    answer: HttpResponse = entering
    return answer
