"""Sign in, sign out, and the reader's language."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from common.addresses import own_address
from people import services
from people.access import public
from people.choices import Language
from people.forms import SignInForm

_YEAR_SECONDS = 365 * 24 * 3600


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open a session; afterwards the page that was asked for, if it is one of ours."""
    goal = _safe_address(request, settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(goal)
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        login(request, form.user)
        return redirect(goal)
    context = {"form": form, "next": goal}
    return render(request, "people/sign_in.html", context, status=422 if form.errors else 200)


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
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_YEAR_SECONDS,
        samesite="Lax",
        secure=settings.HTTPS,
        httponly=True,
    )
    return response


def _safe_address(request: HttpRequest, otherwise: str) -> str:
    """The address in `next` where it is one of ours; never another site's."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return own_address(wanted, resolve_url(otherwise))
