"""Sign in with a password, a passkey or the organization's provider; sign out; the reader's language and appearance."""

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_login, perform_password_login
from allauth.account.models import Login
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from common.addresses import own_address
from common.middleware import answering
from people import passkeys, selectors, services
from people.access import identifying, public
from people.adapters import can_use_passkeys
from people.browsers import NEW_PLACE_KEY, account_of, origin_of
from people.choices import Language, Theme
from people.errors import TooManyAttempts
from people.forms import CodeForm, PasskeyForm, SignInForm
from people.models import User

_YEAR_SECONDS = 365 * 24 * 3600
_STAGE = "mfa_authenticate"


@identifying
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open a session, perhaps after a second step; then the page that was asked for, if it is one of ours."""
    goal = _safe_address(request, settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(goal)
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        request.session[NEW_PLACE_KEY] = form.is_new_place and form.user.last_login is not None
        entering = Login(user=form.user, redirect_url=goal, email=form.user.email)
        entered: HttpResponse = perform_password_login(request, {"email": form.user.email}, entering)
        return entered
    context = {
        "form": form,
        "next": goal,
        "has_passkeys": can_use_passkeys(),
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
    }
    page = render(request, "people/sign_in.html", context, status=422 if form.errors else 200)
    return answering(page, form.refused)


@identifying
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@login_stage_required(stage=_STAGE, redirect_urlname="account_login")  # type: ignore[untyped-decorator] # allauth's
def second_step(request: Any) -> HttpResponse:
    """The second step of signing in: a code, a recovery code, or a passkey."""
    user = request._login_stage.login.user
    wrong, refused = "", None
    if request.method == "POST":
        used, refused = _second_proof(request, user)
        if used is not None:
            post_authentication(request, used)
            response: HttpResponse = request._login_stage.exit()
            if used.type == Authenticator.Type.RECOVERY_CODES:
                _tell_codes_left(request, user)
            return response
        wrong = str(refused.detail) if refused else _("This code is not right, or it was used before.")
    options = passkeys.asking(user) if can_use_passkeys() and passkeys.has_any(user) else None
    context = {"form": CodeForm(), "wrong": wrong, "passkey_options": options}
    page = render(request, "people/second_step.html", context, status=422 if wrong else 200)
    return answering(page, refused)


@identifying
@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Without an answer: what to ask the browser's passkey, as JSON. With the answer: a session."""
    if not can_use_passkeys():
        raise Http404
    if "credential" not in request.POST:
        return JsonResponse(passkeys.asking(None))
    proof = PasskeyForm(request.POST)
    used = passkeys.answered(None, proof.cleaned_data["credential"]) if proof.is_valid() else None
    if used is None:
        wrong = _("This passkey does not belong to an account here.")
        context = {
            "form": SignInForm(None, request=request),
            "wrong": wrong,
            "next": "",
            "has_passkeys": True,
        }
        return render(request, "people/sign_in.html", context, status=422)
    goal = _safe_address(request, settings.LOGIN_REDIRECT_URL)
    post_authentication(request, used, passwordless=True)
    answer: HttpResponse = perform_login(request, Login(user=used.user, redirect_url=goal))
    return answer


@public
@never_cache
@require_POST
def provider_sign_in(request: HttpRequest) -> HttpResponse:
    """Off to the organization's OpenID Connect provider."""
    answer = _with_provider("login", request)
    if "Location" not in answer:
        return answer
    # A form of ours may lead to pages of ours only, redirections included; a page may go where it likes.
    return render(
        request, "people/provider.html", {"url": answer["Location"], "provider": settings.OIDC_NAME}
    )


@identifying
@never_cache
@require_http_methods(["GET"])
def provider_answer(request: HttpRequest) -> HttpResponse:
    """Back from the provider, with what it says about the person."""
    return _with_provider("callback", request)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language on the account of a signed-in person, and in this browser for everybody."""
    response = redirect(_safe_address(request, settings.LOGIN_REDIRECT_URL))
    language = request.POST.get("language", "")
    if language not in Language.values:
        return response
    if request.user.is_authenticated:
        services.choose_language(user=request.user, language=Language(language))
    _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


@public
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or as the device for a member, and in this browser for its sign-in page."""
    response = redirect(_safe_address(request, settings.LOGIN_REDIRECT_URL))
    theme = request.POST.get("theme", "")
    if theme not in Theme.values:
        return response
    membership = getattr(request, "membership", None)
    if membership is not None:
        services.choose_theme(membership=membership, theme=Theme(theme))
    _remember(response, settings.THEME_COOKIE_NAME, theme)
    return response


def _remember(response: HttpResponse, cookie: str, choice: str) -> None:
    response.set_cookie(
        cookie, choice, max_age=_YEAR_SECONDS, samesite="Lax", secure=settings.HTTPS, httponly=True
    )


def _tell_codes_left(request: HttpRequest, user: User) -> None:
    """Whoever lost the phone may run out of them."""
    left = selectors.second_steps(user).codes_left
    told = ngettext(
        "%(number)s recovery code is left. You can make new ones under Two-step sign-in.",
        "%(number)s recovery codes are left. You can make new ones under Two-step sign-in.",
        left,
    )
    messages.warning(request, told % {"number": left})


def _second_proof(request: HttpRequest, user: User) -> tuple[Authenticator | None, TooManyAttempts | None]:
    """What proved it, or else why nothing was looked at, where that is so."""
    if "credential" in request.POST:
        form = PasskeyForm(request.POST)
        answered = passkeys.answered(user, form.cleaned_data["credential"]) if form.is_valid() else None
        return answered, None
    code = CodeForm(request.POST)
    if not code.is_valid():
        return None, None
    # A device of the owner may try on while others are refused.
    known = origin_of(request, account_of(user))
    try:
        return services.use_code(user=user, code=code.cleaned_data["code"], origin=known), None
    except TooManyAttempts as refused:
        return None, refused


def _with_provider(step: str, request: HttpRequest) -> HttpResponse:
    if not settings.OIDC_ISSUER:
        raise Http404
    # The client library is needed by few processes, and by none where no provider is configured.
    from people import oidc

    answer: HttpResponse = oidc.login(request) if step == "login" else oidc.callback(request)
    return answer


def _safe_address(request: HttpRequest, otherwise: str) -> str:
    """The address in `next` where it is one of ours; never another site's."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return own_address(wanted, resolve_url(otherwise))
