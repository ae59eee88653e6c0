"""One view, two answers: the whole page, or the partial that htmx asked for."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    partial: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """`template`, or `template#partial` where htmx asked and a partial is named (never for a history restore)."""
    htmx = getattr(request, "htmx", None)
    wanted = partial and htmx and not htmx.history_restore_request and not htmx.boosted
    response = render(request, f"{template}#{partial}" if wanted else template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def push_address(request: HttpRequest, response: HttpResponse, query: Mapping[str, str]) -> HttpResponse:
    """Where htmx asked, the browser's address becomes the short one."""
    if getattr(request, "htmx", None):
        response["HX-Push-Url"] = request.path + (f"?{urlencode(query)}" if query else "")
    return response
