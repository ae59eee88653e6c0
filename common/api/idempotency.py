"""`Idempotency-Key`: a repeated POST gets the answer of the first one, and its effect happens once.

The store is injected, because this app knows no models; `people.access.idempotent` is the decorator to use.
"""

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, Protocol

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from common.answers import Answer
from common.errors import InvalidInput

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_HEADERS = ("ETag", "Location")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
Handler = Callable[..., HttpResponseBase]


class AnswerStore(Protocol):
    """Keeps answers by (caller, key), in the caller's transaction."""

    def claim(self, request: Request, key: str, fingerprint: str) -> Answer | None:
        """Hold the key until the transaction ends; the stored answer, or None for a new key.

        Refuses with `TwinRunning` or `KeyUsedDifferently`.
        """

    def keep(self, request: Request, key: str, fingerprint: str, answer: Answer) -> None:
        """Store the answer of a claimed key."""


def idempotent_with(store: AnswerStore) -> Callable[[Handler], Handler]:
    """A decorator for an API view's `post`; without the header the view runs as if undecorated.

    Effect, key and answer are one transaction. Refusals are not stored: a corrected request may use its key.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def door(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            key = _key_of(request)
            if key is None:
                return handler(view, request, *args, **kwargs)
            fingerprint = _fingerprint(request)
            with transaction.atomic():
                stored = store.claim(request, key, fingerprint)
                if stored is not None:
                    return _replay(stored)
                response = handler(view, request, *args, **kwargs)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
                    return response
                store.keep(request, key, fingerprint, _answer(response))
            return response

        door.takes_idempotency_key = True  # type: ignore[attr-defined] # read by the API schema
        return door

    return decorate


def _key_of(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidInput({HEADER: [_("Send 1 to 200 visible ASCII characters.")]})
    return key


def _fingerprint(request: Request) -> str:
    """Method, address and raw body; the body is read here, before any parser takes the stream."""
    digest = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(request._request.body)
    return digest.hexdigest()


def _answer(response: HttpResponseBase) -> Answer:
    if isinstance(response, Response):
        body = JSONRenderer().render(response.data).decode() if response.data is not None else ""
    else:
        body = response.content.decode() if isinstance(response, HttpResponse) else ""
    headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
    return Answer(status=response.status_code, body=body, headers=headers)


def _replay(answer: Answer) -> HttpResponse:
    response = HttpResponse(
        answer.body,
        status=answer.status,
        content_type="application/json",
        headers={**answer.headers, REPLAYED: "true"},
    )
    if not answer.body:
        del response["Content-Type"]
    return response
