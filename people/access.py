"""Every door says who may open it: pages by one of these decorators, API views by their scopes.

A view that says nothing fails the system check in `people/checks.py`.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from common.errors import NotAllowed
from people.models import Membership

if TYPE_CHECKING:
    # DRF's views import this module while they load, through the default permission classes.
    from rest_framework.views import APIView

PageView = Callable[..., HttpResponseBase]


class MemberRequest(HttpRequest):
    """A request of a signed-in member, as the views below a decorator see it."""

    membership: Membership
    htmx: Any


def public(view: PageView) -> PageView:
    """Anybody may open this page, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined] # read by the system check
    return view


def signed_in(view: PageView) -> PageView:
    """Members of an organization only; others are sent to sign in. What they may do is decided in the services."""

    @wraps(view)
    def door(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.headers.get("HX-Request"):
                return HttpResponse(status=204, headers={"HX-Refresh": "true"})
            return redirect_to_login(request.get_full_path())
        if request.membership is None:
            raise NotAllowed
        return view(request, *args, **kwargs)

    door.access = "signed_in"  # type: ignore[attr-defined] # read by the system check
    return never_cache(door)


class HasDeclaredScope(BasePermission):
    """The token must hold the scope that the view declares for the method: `scopes = {"GET": Scope.TASKS_READ}`."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """False where the view declares nothing for the method: deny by default."""
        scope = getattr(view, "scopes", {}).get(request.method)
        return scope is not None and request.auth is not None and scope in request.auth.scopes
