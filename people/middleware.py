"""Who acts, in which organization, in which language and time zone."""

from collections.abc import Callable
from typing import Final, cast

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from common.middleware import refusal
from common.tenancy import enter, meet
from people.access import MemberRequest
from people.backends import already_read
from people.browsers import act_in, keep_seen
from people.errors import PlaceLeft
from people.models import Membership
from people.selectors import SESSION_ORGANIZATION, first_membership, place_in
from people.services import has_second_step

SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS", "TRACE")


class MembershipMiddleware:
    """Sets `request.membership` and, for a signed-in person, their language and their organization's time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member_request = cast("MemberRequest", request)
        member_request.membership = None  # type: ignore[assignment] # set below, or the door refuses
        member_request.must_set_up = False
        if request.path.startswith(("/api/", "/static/", "/health/")):
            return self.get_response(request)
        named = _named_by_session(request)
        with already_read(named):
            bool(request.user)
        if not request.user.is_authenticated:
            return self.get_response(request)
        user = request.user
        membership = named or first_membership(user)
        if membership is None:
            return self.get_response(request)
        has_left = named is None and SESSION_ORGANIZATION in request.session
        if has_left:
            act_in(request, membership)
        enter(membership.organization_id)
        member_request.membership = membership
        member_request.must_set_up = membership.organization.requires_two_step and not has_second_step(user)
        keep_seen(request, user)
        language = user.language or membership.organization.language
        translation.activate(language)
        request.LANGUAGE_CODE = language
        with timezone.override(membership.organization.zone):
            if has_left and request.method not in SAFE_METHODS:
                refused = PlaceLeft()
                response = refusal(request, refused.status, refused.code, str(refused.detail))
            else:
                response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _named_by_session(request: HttpRequest) -> Membership | None:
    """The membership that the session names; whether the session still holds is not known yet."""
    person, organization_id = request.session.get(SESSION_KEY), request.session.get(SESSION_ORGANIZATION)
    if not person:
        return None
    meet(int(person))
    return None if organization_id is None else place_in(organization_id, int(person))
