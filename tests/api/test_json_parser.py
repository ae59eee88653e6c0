"""What the API's JSON parser takes and refuses."""

import time
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.exceptions import ParseError

from common.api.parsers import MAX_DEPTH, parse_json

LIMIT = 16 * 1024 * 1024


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b' [1, 2.50, -3e2, true, null, "x"] ', [1, Decimal("2.50"), Decimal("-3e2"), True, None, "x"]),
        ('{"名字": "中文 😀 \u200fעברית"}'.encode(), {"名字": "中文 😀 \u200fעברית"}),
        (rb'"\ud83d\ude00"', "😀"),
        (rb'"\\u0000 \\ud800"', r"\u0000 \ud800"),
        (rb'"[[[[ {{{{ \" ]"', '[[[[ {{{{ " ]'),
        (b'"1e999 ' + b"9" * 50 + b'"', "1e999 " + "9" * 50),
        (b"9" * 40, int("9" * 40)),
        (b"1e99", Decimal("1e99")),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
        (b"[" + b",".join([b'{"a":[{}]}'] * 50) + b"]", [{"a": [{}]}] * 50),
    ],
)
def test_ordinary_json_keeps_every_value(body: bytes, value: Any) -> None:
    parsed = parse_json(body)
    assert value is None or parsed == value


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"{'a': 1}", "not valid JSON"),
        (b"[1,]", "not valid JSON"),
        (b'{"a": 1} x', "not valid JSON"),
        (b'"a\nb"', "not valid JSON"),
        (b'"a\x00b"', "not valid JSON"),
        (b"\x00", "not valid JSON"),
        (b'"\\', "not valid JSON"),
        (b"1 2", "not valid JSON"),
        (b"\xff\xfe{\x00}\x00", "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b'"\xc0\x80"', "UTF-8"),
        (b"\xef\xbb\xbf{}", "byte-order mark"),
        (b'{"a": 1, "a": 2}', "same key twice"),
        (rb'{"a": 1, "\u0061": 2}', "same key twice"),
        (rb'"\u0000"', "NUL"),
        (rb'"\\\u0000"', "NUL"),
        (rb'{"\u0000": 1}', "NUL"),
        (rb'"\ud800"', "surrogates"),
        (rb'["\uDFFF"]', "surrogates"),
        (rb'{"\ude00\ud83d": 1}', "surrogates"),
        (b"NaN", "not a number"),
        (b"[Infinity]", "not a number"),
        (b"-Infinity", "not a number"),
        (b"1" * 41, "digits"),
        (b"0." + b"1" * 41, "digits"),
        (b"1e100", "exponent"),
        (b"[1E-0000400]", "exponent"),
        (b"1e99999999999999999999", "exponent"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "32 levels"),
        (b'{"a":' * 3000 + b"1" + b"}" * 3000, "32 levels"),
        (b"[" * 3000, "32 levels"),
    ],
)
def test_what_would_break_a_later_step_is_refused_and_named(body: bytes, word: str) -> None:
    with pytest.raises(ParseError, match=word):
        parse_json(body)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * LIMIT,
        b'"' + rb"\"" * (LIMIT // 2),
        b'"' * LIMIT,
        b'"' + b"\\" * (LIMIT - 1),
        b"1" * LIMIT,
        (b"[" * 31 + b"]" * 31) * (LIMIT // 62),
        b"1e" * (LIMIT // 2),
    ],
)
def test_sixteen_hostile_megabytes_cost_seconds_at_most(body: bytes) -> None:
    started = time.process_time()
    with pytest.raises(ParseError):
        parse_json(body)
    assert time.process_time() - started < 10
