"""The API's one error shape: RFC 9457 problem+json with a request id, and a pointer per wrong field."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.encoding import force_str
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import InvalidInput, NotVisible, Refusal
from common.middleware import request_id

PROBLEM = "application/problem+json"


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal in one shape; None (a 500) for what nobody foresaw."""
    if isinstance(error, Http404):
        error = NotVisible()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, Refusal):
        fields = error.fields if isinstance(error, InvalidInput) else {}
        return _problem(error.status, error.code, force_str(error.detail), list(_pointers(fields)))
    plain = exception_handler(error, dict(context))
    if plain is None or not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, exceptions.ValidationError):
        response = _problem(
            400, InvalidInput.code, force_str(InvalidInput.sentence), list(_pointers(error.detail))
        )
    else:
        response = _problem(plain.status_code, str(error.get_codes()), force_str(error.detail), [])
    for name in ("WWW-Authenticate", "Retry-After"):
        if plain.has_header(name):
            response[name] = plain[name]
    return response


def _problem(status: int, code: str, title: str, errors: list[dict[str, str]]) -> Response:
    problem: dict[str, Any] = {
        "type": "about:blank",
        "status": status,
        "code": code,
        "title": title,
        "request_id": request_id.get(),
    }
    if errors:
        problem["errors"] = errors
    return Response(problem, status=status, content_type=PROBLEM)


def _pointers(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            step = "" if key == "non_field_errors" else f"/{key}"
            yield from _pointers(value, pointer + step)
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            deeper = isinstance(value, Mapping | list)
            yield from _pointers(value, f"{pointer}/{index}" if deeper else pointer)
    else:
        yield {"pointer": pointer, "detail": force_str(detail)}
