"""Every door says who may open it: pages by one of these decorators, API views by their scopes.

A view that says nothing fails the system check in `people/checks.py`.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from common.answers import Answer
from common.api.idempotency import idempotent_with
from common.errors import NotAllowed
from common.tenancy import among_all_people
from people import services
from people.choices import Permission, Scope
from people.errors import NoPlace
from people.models import ApiToken, Membership
from people.permissions import may
from people.services.drafts import drop_draft

if TYPE_CHECKING:
    # DRF's views import this module while they load, through the default permission classes.
    from rest_framework.views import APIView

PageView = Callable[..., HttpResponseBase]
ANY_SCOPE = "any"
DRAFT = "_draft"


class MemberRequest(HttpRequest):
    """A request of a signed-in member, as the views below a decorator see it."""

    membership: Membership
    must_set_up: bool
    htmx: Any


def public(view: PageView) -> PageView:
    """Anybody may open this page, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined] # read by the system check
    return view


def identifying(view: PageView) -> PageView:
    """As `public`; inside, everybody's account is seen, since it finds out who somebody is. The outermost decorator."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with among_all_people():
            return view(request, *args, **kwargs)

    door.identifies = True  # type: ignore[attr-defined] # read by the tests
    return public(door)


def signed_in(view: PageView) -> PageView:
    """Members of an organization only; others are sent to sign in. What they may do is decided in the services.

    Where the organization asks for a second step, members without one are led to set it up.
    """
    return _door(view, waits_for_second_step=True)


def setting_up(view: PageView) -> PageView:
    """As `signed_in`, and open to members who have yet to set up the second step that is asked of them."""
    return _door(view, waits_for_second_step=False)


def _door(view: PageView, *, waits_for_second_step: bool) -> PageView:
    @wraps(view)
    def door(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.headers.get("HX-Request"):
                return _whole_page_anew(request)
            return redirect_to_login(request.get_full_path())
        if request.membership is None:
            raise NoPlace
        if request.must_set_up and waits_for_second_step:
            return redirect("people:two-step")
        if _shows_another_place(request):
            return _whole_page_anew(request)
        # Read first: a body that cannot be read is refused before the view has done anything.
        draft = request.POST.get(DRAFT) if request.method == "POST" else None
        response = view(request, *args, **kwargs)
        if draft and response.status_code == HTTPStatus.FOUND:
            # A form that says where its draft is and is answered by another page was stored.
            drop_draft(by=request.membership, form=draft)
        return response

    door.access = "signed_in"  # type: ignore[attr-defined] # read by the system check
    return never_cache(door)


def _shows_another_place(request: MemberRequest) -> bool:
    """Whether a page asks for a part of itself that shows another organization than its reader acts in by now."""
    shown = request.headers.get("X-Place") or request.GET.get("_place")
    return request.method == "GET" and shown is not None and shown != str(request.membership.pk)


def _whole_page_anew(request: HttpRequest) -> HttpResponse:
    """No part of a page that is not theirs any more: htmx loads the page anew, other scripts see a redirect."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("home:manager")


def refuse_unless(actor: Membership, permission: Permission) -> None:
    """Pages about others are closed to those who could change nothing on them."""
    if not may(actor, permission):
        raise NotAllowed


def token_of(request: Request) -> ApiToken:
    """The token that opened the door; only for views behind `TokenAuthentication`."""
    return cast("ApiToken", request.auth)


def acting(request: Request) -> Membership:
    """Who acts through the API: the membership of the token that opened the door."""
    membership = getattr(request._request, "membership", None)
    if request.auth is None or not isinstance(membership, Membership):
        raise NotAuthenticated
    return membership


class HasDeclaredScope(BasePermission):
    """The token must hold the scope that the view declares for the method.

    `scopes = {"GET": Scope.TASKS_READ}`; HEAD is a GET. A view that any token may call says
    `scopes = {"GET": ANY_SCOPE}`.
    """

    code = "scope_missing"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """False where the view declares nothing for a method it handles: deny by default."""
        if request.auth is None:
            return False
        if request.method == "OPTIONS" or not _is_handled(view, request.method):
            return True  # answered with the methods there are, or with 405
        scope = declared_scope(type(view), str(request.method))
        if scope is None or (scope != ANY_SCOPE and scope not in token_of(request).scopes):
            self.message = _("This token lacks the scope %(scope)s.") % {"scope": scope or "-"}
            return False
        return True


def declared_scope(view: "type[APIView]", method: str) -> Scope | str | None:
    """The scope that the view class declares for the method, or None."""
    scopes: dict[str, Scope | str] = getattr(view, "scopes", {})
    return scopes.get("GET" if method == "HEAD" else method)


def _is_handled(view: "APIView", method: str | None) -> bool:
    return hasattr(view, str(method).lower())


class _TokenAnswers:
    """Answers to requests with an `Idempotency-Key`, kept per token."""

    def claim(self, request: Request, key: str, fingerprint: str) -> Answer | None:
        """As in `common.api.idempotency.AnswerStore`."""
        return services.claim_key(token=token_of(request), key=key, fingerprint=fingerprint)

    def keep(self, request: Request, key: str, fingerprint: str, answer: Answer) -> None:
        """As in `common.api.idempotency.AnswerStore`."""
        services.keep_answer(token=token_of(request), key=key, fingerprint=fingerprint, answer=answer)


idempotent = idempotent_with(_TokenAnswers())
