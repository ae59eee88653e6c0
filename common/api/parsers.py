"""The one JSON parser of the API: strict about everything that would break a later step."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import accumulate
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from common.errors import TooLarge

MAX_DEPTH = 32
MAX_DIGITS = 40
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# Linear over any input: the quantifiers are possessive, and an open text ends at the end.
_TEXTS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_LARGE_EXPONENT = re.compile(rb"[eE][+-]?0*+[0-9]{3}")
_NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*+\\u0000")
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_DIGITS_TO_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of at most `REQUEST_BODY_LIMIT_BYTES`, at most 32 levels deep; fractions become `Decimal`.

    Refuses a byte-order mark, duplicate keys, NaN and Infinity, numbers of more than 40 digits or with an
    exponent of three digits, NUL characters and lone surrogates, with a sentence that says which.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body; 413 where it is too large, 400 for every other refusal."""
        body = stream.read(settings.REQUEST_BODY_LIMIT_BYTES + 1)
        if len(body) > settings.REQUEST_BODY_LIMIT_BYTES:
            raise TooLarge
        return parse_json(body)


def parse_json(body: bytes) -> Any:
    """The value of a JSON text under the rules of `StrictJSONParser`."""
    _refuse_before_parsing(body)
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            parse_float=Decimal,
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise ParseError(_("The body is not UTF-8.")) from error
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise ParseError(
            _("The body is not valid JSON: line %(line)s, column %(column)s.") % place
        ) from error
    except (ValueError, RecursionError) as error:
        raise ParseError(_("The body is not valid JSON.")) from error
    if _SURROGATE_ESCAPE.search(body):
        _refuse_lone_surrogates(value)
    return value


def _refuse_before_parsing(body: bytes) -> None:
    """Refusals that can be told from the bytes alone, at a cost that does not depend on their structure."""
    if body.startswith(BYTE_ORDER_MARK):
        raise ParseError(_("The body starts with a byte-order mark. Send it without."))
    if _NUL_ESCAPE.search(body):
        raise ParseError(_("Text must not hold NUL characters."))
    bare = _TEXTS.sub(b"", body)
    if b"0" * (MAX_DIGITS + 1) in bare.translate(_DIGITS_TO_ZEROS) or _LARGE_EXPONENT.search(bare):
        raise ParseError(
            _("A number has more than %(digits)s digits or too large an exponent.") % {"digits": MAX_DIGITS}
        )
    if _depth(bare) > MAX_DEPTH:
        raise ParseError(_("The JSON is nested more than %(depth)s levels deep.") % {"depth": MAX_DEPTH})


def _depth(bare: bytes) -> int:
    """How deep brackets nest: the highest running sum of +1 for an opening and -1 for a closing one."""
    steps = memoryview(bare.translate(_STEPS, _NO_BRACKET)).cast("b")
    return max(accumulate(steps), default=0)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ParseError(_("An object holds the same key twice."))
    return result


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(_("%(name)s is not a number.") % {"name": name})


def _refuse_lone_surrogates(value: Any) -> None:
    """Encoding fails on a lone surrogate, and only on that; a pair was joined by the parser."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise ParseError(_("Text must not hold lone surrogates.")) from error
