"""The last line of defence of the logs: what looks like a secret does not come out.

Nothing secret should reach a log call at all; this catches what a library, an address or an exception brings along.
"""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[hidden]"
LONGEST_TEXT = 4_000
# Names of values that are never for a log, whatever they hold.
SECRET_NAMES = re.compile(
    r"passw|passphrase|secret|authori[sz]ation|cookie|csrf|session|bearer|credential|private_?key|api_?key"
    r"|recovery_code|^(?:token|otp|totp|pin|body|letter)$|(?:access|refresh|id|reset|one_time|api)_token",
    re.IGNORECASE,
)
_NAMED = (
    r"passw(?:or)?d\w*|pwd|secret|client_secret|token|access_token|refresh_token|id_token|api_?key|sig|sign|signature"
    r"|session(?:-\d+|id)?|__Host-session|csrf(?:-\d+|token|middlewaretoken)?|__Host-csrf|code_verifier"
)
_SHAPES = re.compile(
    "|".join(
        (
            r"\b(?P<token>ops_\d{1,18}_)[\w-]+",
            r"\b(?P<hook>whsec_|whsk_)[\w+/=-]+",
            r"(?P<scheme>\b(?:Bearer|Basic|Digest)\s+)[\w+/=.~:-]{8,}",
            r"(?P<named>(?<![\w-])(?:"
            + _NAMED
            + r")(?:\\?[\"'])?\s*[=:]\s*(?:\\?[\"'])?)(?!\[hidden\])[^\s\"'&;,\\})]+",
            r"(?P<user>://[^\s/@:\"']*:)[^\s/@\"']+(?=@)",
            # One-time links: what stands in them opens a door.
            r"(?P<link>/(?:setup|invitations?|reset|password|confirm\w*|address|e-?mail-address(?:es)?|unsubscribe|s|links?)"
            r"/(?:[\w-]+/)*?)[\w:=.-]{20,}(?=[/?#\s\"'\\]|$)",
            r"(?P<hooks>hooks\.slack\.com/(?:services|workflows)/|/(?:bot/)?(?:v2/)?hook/|webhook\.office\.com/)[\w@/.-]+",
            r"(?P<otp>otpauth://)[^\s\"']+",
            r"(?P<query>[?&](?:key|code|state|t|auth)=)[^&\s\"'\\]+",
            # django.core.signing: value:timestamp:signature
            r"(?P<signed>(?<![\w:-]))[\w.=-]+:[\w-]{6}:[\w-]{27,64}(?![\w:-])",
        )
    ),
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """The text with every known shape of a secret replaced."""
    return _SHAPES.sub(lambda found: f"{found.group(str(found.lastgroup)) or ''}{HIDDEN}", text)


def without_named_secrets(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with values of secret names replaced, and texts of a length that a log can bear.

    Requests, which Django adds to its own lines, show their query; the line of the request says what may be said.
    """
    return {name: _bearable(name, value) for name, value in event.items() if name != "request"}


def _bearable(name: str, value: Any) -> Any:
    if SECRET_NAMES.search(name) and not isinstance(value, bool | int | float | None):
        return HIDDEN
    if isinstance(value, Mapping):
        return without_named_secrets({str(key): each for key, each in value.items()})
    if isinstance(value, bytes):
        return f"[{len(value)} bytes]"
    if isinstance(value, str) and len(value) > LONGEST_TEXT and name != "exception":
        return f"{value[:LONGEST_TEXT]}… [{len(value)} characters]"
    return value
