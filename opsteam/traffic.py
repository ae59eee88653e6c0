"""One log line and one observation per request: by route, never by address, so that no value of a query is kept."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from opsteam.operating import metrics

logger = logging.getLogger("opsteam.traffic")

UNKNOWN_ROUTE = "(none)"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class TrafficMiddleware:
    """Stands outside everything that answers, so that refusals are seen too; static files and probes are not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.silent = (settings.STATIC_URL, "/health/")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(self.silent) or request.path_info == metrics.PATH:
            return self.get_response(request)
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        route = _route(request)
        method = request.method if request.method in METHODS else "other"
        metrics.observe(str(method), route, response.status_code, seconds)
        logger.info(
            "http.request",
            extra={
                "method": method,
                "route": route,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "bytes": None if response.streaming else len(response.content),
                **_who(request),
            },
        )
        return response


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"/{match.route}" if match is not None and match.route is not None else UNKNOWN_ROUTE


def _who(request: HttpRequest) -> dict[str, Any]:
    """Ids only: names and addresses of people are no matter of a log."""
    membership = getattr(request, "membership", None)
    token = getattr(request, "auth", None)
    found: dict[str, Any] = {}
    if membership is not None:
        found |= {"organization_id": membership.organization_id, "membership_id": membership.pk}
    if token is not None:
        found["token_id"] = token.pk
    return found
