"""The API's exception handler: every refusal as problem+json, with a pointer per wrong field."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, UnreadablePostError
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import InvalidInput, NotVisible, Refusal, Sentence, TooLarge
from common.middleware import answering
from common.problems import PROBLEM, problem

# DRF says what is not so; these say what to do.
SENTENCES: Mapping[type[exceptions.APIException], Sentence] = {
    exceptions.NotAuthenticated: _("Send an API token, in the header “Authorization: Bearer ops_…”."),
    exceptions.MethodNotAllowed: _(
        "This address does not take this method. The header Allow names those it takes."
    ),
    exceptions.NotAcceptable: _(
        "There is nothing here but application/json. Ask for that in Accept, or leave it out."
    ),
    exceptions.UnsupportedMediaType: _(
        "Send the body as JSON, with the header “Content-Type: application/json”."
    ),
}


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal in one shape; None (a 500) for what nobody foresaw."""
    error = _in_our_words(error)
    if isinstance(error, Refusal):
        fields = error.fields if isinstance(error, InvalidInput) else {}
        told = _response(error.status, error.code, force_str(error.detail), list(pointers(fields)))
        return answering(told, error)
    plain = exception_handler(error, dict(context))
    if plain is None or not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, exceptions.ValidationError):
        errors = list(pointers(error.detail))
        response = _response(400, InvalidInput.code, force_str(InvalidInput.sentence), errors)
    else:
        sentence = SENTENCES.get(type(error), error.detail)
        response = _response(plain.status_code, str(error.get_codes()), force_str(sentence), [])
    for name in ("WWW-Authenticate", "Retry-After"):
        if plain.has_header(name):
            response[name] = plain[name]
    return response


def _in_our_words(error: Exception) -> Exception:
    """Django's own refusals as ours or as DRF's."""
    if isinstance(error, Http404):
        return NotVisible()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return exceptions.ParseError()
    return error


def _response(status: int, code: str, title: str, errors: list[dict[str, str]]) -> Response:
    return Response(problem(status, code, title, errors), status=status, content_type=PROBLEM)


def pointers(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            step = "" if key == "non_field_errors" else f"/{_escaped(key)}"
            yield from pointers(value, pointer + step)
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            deeper = isinstance(value, Mapping | list)
            yield from pointers(value, f"{pointer}/{index}" if deeper else pointer)
    else:
        yield {"pointer": pointer, "detail": force_str(detail)}


def _escaped(key: object) -> str:
    """A step of a JSON pointer (RFC 6901); a key that is a pointer already loses only its first slash."""
    step = str(key)
    return step[1:] if step.startswith("/") else step.replace("~", "~0").replace("/", "~1")
