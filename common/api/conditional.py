"""Conditional requests: `If-Match` guards a change against a lost update, `If-None-Match` saves an answer."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from common.errors import InvalidInput, Refusal, StaleVersion

Answer = TypeVar("Answer", bound=HttpResponse)
_VERSION = re.compile(r'"v([0-9]{1,9})"')


class VersionMissing(Refusal):
    """A change of a versioned row must say which version it was made from."""

    code = "version_missing"
    status = 428
    sentence = _('Send If-Match with the ETag you read, for example "v3", or * to change whatever is there.')


def version_etag(version: int) -> str:
    """The ETag of a versioned row."""
    return f'"v{version}"'


def digest_etag(content: bytes) -> str:
    """The ETag of an answer of exactly these bytes."""
    return f'"{blake2b(content, digest_size=12).hexdigest()}"'


def content_etag(body: Any) -> str:
    """The ETag of what has no version: a digest of its JSON."""
    return digest_etag(JSONRenderer().render(body))


@contextmanager
def still_as_read(request: Request, shown: Callable[[], Any], *rows: QuerySet[Any]) -> Iterator[None]:
    """What happens inside is one transaction with the look whether `shown` still gives what `If-Match` names.

    For what has no version; `rows` are what it is made of, and are held until the end. Without the header, and for `*`,
    whatever is there is changed. Refuses (412) where it is another.
    """
    given = parse_etags(request.headers.get("If-Match", ""))
    with transaction.atomic():
        if given and "*" not in given:
            for each in rows:
                list(each.order_by("pk").select_for_update(of=("self",), no_key=True))
            if content_etag(shown()) not in given:
                raise StaleVersion
        yield


def expected_version(request: Request) -> int | None:
    """The version named by `If-Match`, for a service's `version`; None for `*`.

    Refuses a missing header (428), several tags (400), and a tag that no version can have (412).
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionMissing
    if given == "*":
        return None
    if "," in given:
        raise InvalidInput({"If-Match": [_("Send one ETag.")]})
    match = _VERSION.fullmatch(given)
    if match is None:
        raise StaleVersion
    return int(match[1])


def version_if_named(request: Request) -> int | None:
    """As `expected_version` where there is an `If-Match`; without one, whatever is there is changed."""
    return expected_version(request) if request.headers.get("If-Match", "").strip() else None


def not_modified(request: Request, etag: str) -> HttpResponse | None:
    """A 304 where the reader already has `etag` (compared weakly), or None where the answer must be made."""
    given = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    if given & {"*", etag.removeprefix("W/")}:
        return with_etag(HttpResponseNotModified(), etag)
    return None


def with_etag(response: Answer, etag: str) -> Answer:
    """The answer with its ETag; only the reader's own cache may keep it, and asks again each time."""
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
