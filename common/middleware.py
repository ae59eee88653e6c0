"""What happens to every request before and after its view."""

import re
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from common import tenancy
from common.errors import Refusal, TooLarge
from common.forms import FieldAsked
from common.problems import PROBLEM, problem, request_id

GetResponse = Callable[[HttpRequest], HttpResponse]
Answer = TypeVar("Answer", bound=HttpResponse)
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Gives each request an id (the caller's, if it is well formed) that answers and log lines carry."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        token = request_id.set(given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class OrganizationMiddleware:
    """Each request begins in no organization and leaves none behind; a streamed body stays in its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with tenancy.in_no_organization():
            response = self.get_response(request)
            if response.streaming and tenancy.present() != tenancy.NONE:
                streamed = cast("StreamingHttpResponse", response)
                streamed.streaming_content = tenancy.kept(cast("Iterable[bytes]", streamed.streaming_content))
            return response


class ResourcePolicyMiddleware:
    """Other sites cannot draw our answers, files included, into their own pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class RequestLimitsMiddleware:
    """Refuses what no view should see: a body above the limit (413) and NUL bytes in the address (400)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdecimal()):
            return refusal(request, 400, "bad_request", _("Content-Length is not a number."))
        if len(length) > 18 or int(length) > settings.REQUEST_BODY_LIMIT_BYTES:
            return refusal(request, TooLarge.status, TooLarge.code, str(TooLarge.sentence))
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return refusal(request, 400, "nul_byte", _("The address holds a NUL byte."))
        return self.get_response(request)


class ApiSlashMiddleware:
    """An API address means the same without its last slash; nothing is redirected, so no body gets lost."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/api/") and not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        return self.get_response(request)


class RefusalMiddleware:
    """Turns a service's refusal, and a wrong method, into a page with its status; the API has its own handler."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        # Whoever loads the address of a form once more would see an empty page.
        sentence = _("This address only takes what a form sends. Go back, or begin at the start page.")
        page = refusal(request, HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", sentence)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page for every `Refusal`, the field for `FieldAsked`; anything else is a bug, left to the 500 handler."""
        if isinstance(exception, FieldAsked):
            return render(request, "components/field.html", {"field": exception.field})
        if isinstance(exception, Refusal):
            page = refusal(request, exception.status, exception.code, str(exception.detail))
            return answering(page, exception)
        return None


def answering(page: Answer, refused: Refusal | None) -> Answer:
    """The page under the status and the headers of the refusal that it shows; as it is where nothing was refused."""
    if refused is not None:
        page.status_code = refused.status
        for name, value in refused.headers.items():
            page[name] = value
    return page


def refusal(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """The refusal as problem+json for the API, and as a page for people."""
    if request.path.startswith("/api/"):
        told = problem(status, code, detail)
        return JsonResponse(
            told, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
        )
    context = {"status": status, "code": code, "detail": detail, "number": request_id.get()}
    return render(request, "refusal.html", context, status=status)
