"""The one JSON parser of the API: strict about everything that would break a later step."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 32


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of at most `REQUEST_BODY_LIMIT_BYTES`, at most 32 deep.

    Refuses duplicate keys, NaN and Infinity, NUL characters and lone surrogates with a sentence that says which.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body; every refusal is a 400."""
        body = stream.read(settings.REQUEST_BODY_LIMIT_BYTES + 1)
        if len(body) > settings.REQUEST_BODY_LIMIT_BYTES:
            raise ParseError(_("The body is too large."))
        return parse_json(body)


def parse_json(body: bytes) -> Any:
    """The value of a JSON text under the rules of `StrictJSONParser`."""
    if _depth(body) > MAX_DEPTH:
        raise ParseError(_("The JSON is nested more than %(depth)s levels deep.") % {"depth": MAX_DEPTH})
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise ParseError(_("The body is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise ParseError(_("The body is not valid JSON: %(reason)s") % {"reason": error}) from error
    _refuse_bad_text(value)
    return value


def _depth(body: bytes) -> int:
    depth = deepest = 0
    in_text = escaped = False
    for byte in body:
        if in_text:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_text = False
        elif byte == 0x22:
            in_text = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ParseError(_("An object holds the same key twice."))
    return result


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(_("%(name)s is not a number.") % {"name": name})


def _refuse_bad_text(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise ParseError(_("Text must not hold NUL characters."))
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ParseError(_("Text must not hold lone surrogates."))
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_bad_text(key)
            _refuse_bad_text(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_bad_text(item)
