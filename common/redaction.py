"""The last line of defence of the logs: what looks like a secret does not come out.

Nothing secret should reach a log call at all; this catches what a library, an address or an exception brings along.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
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
_LINKS = r"setup|invitations?|reset|password|confirm\w*|address|e-?mail-address(?:es)?|unsubscribe|s|links?"
_FOLLOWED = (
    "passw",
    "session-",
    *(
        f"{word}{sign}"
        for word in (
            "pwd",
            "secret",
            "token",
            "key",
            "sig",
            "sign",
            "signature",
            "session",
            "sessionid",
            "csrf",
            "verifier",
        )
        for sign in "=: \"'\\"
    ),
)
# Words of which a line must hold one, in small letters, before it is searched for the shape: most lines hold none,
# and a search costs a hundred times as much. The first group of a shape stays.
_SHAPES = tuple(
    (words, re.compile(shape, re.IGNORECASE))
    for words, shape in (
        (("ops_",), r"(\bops_\d{1,18}_)[\w-]+"),
        (("whsec_", "whsk_"), r"(\bwhse?[ck]_)[\w+/=-]+"),
        (("bearer", "basic", "digest"), r"(\b(?:Bearer|Basic|Digest)\s+)[\w+/=.~:-]{8,}"),
        (
            _FOLLOWED,
            r"((?<![\w-])(?:"
            + _NAMED
            + r")(?:\\?[\"'])?\s*[=:]\s*(?:\\?[\"'])?)(?!\[hidden\])[^\s\"'&;,\\})]+",
        ),
        (("@",), r"(://[^\s/@:\"']*:)[^\s/@\"']+(?=@)"),
        # One-time links: what stands in them opens a door.
        (
            ("/setup", "/invit", "/reset", "/passw", "/confirm", "address", "/unsub", "/s/", "/link"),
            rf"(/(?:{_LINKS})/(?:[\w-]{{1,40}}/){{0,3}}?)[\w:=.-]{{20,}}(?=[/?#\s\"'\\]|$)",
        ),
        (
            ("hook", "slack"),
            r"(hooks\.slack\.com/(?:services|workflows)/|/(?:bot/)?(?:v2/)?hook/|webhook\.office\.com/)[\w@/.-]+",
        ),
        (("otpauth",), r"(otpauth://)[^\s\"']+"),
        (("key=", "code=", "state=", "t=", "auth="), r"([?&](?:key|code|state|t|auth)=)[^&\s\"'\\]+"),
    )
)
# django.core.signing: value:timestamp:signature. It begins with a letter, so it is found fast without a word.
_SIGNED = re.compile(r":[\w-]{6}:[\w-]{27,64}(?![\w:-])")


def without_secrets(text: str) -> str:
    """The text with every known shape of a secret replaced."""
    small = text.lower()
    for words, shape in _SHAPES:
        if any(map(small.__contains__, words)):
            text = shape.sub(rf"\1{HIDDEN}", text)
    return _SIGNED.sub(f":{HIDDEN}", text)


def without_named_secrets(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with values of secret names replaced, and texts of a length that a log can bear.

    Requests, which Django adds to its own lines, show their query; the line of the request says what may be said.
    """
    return {name: _bearable(name, value) for name, value in event.items() if name != "request"}


@lru_cache(maxsize=1_000)
def _is_secret(name: str) -> bool:
    return SECRET_NAMES.search(name) is not None


def _bearable(name: str, value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    if _is_secret(name):
        return HIDDEN
    if isinstance(value, Mapping):
        return without_named_secrets({str(key): each for key, each in value.items()})
    if isinstance(value, bytes):
        return f"[{len(value)} bytes]"
    if isinstance(value, str) and len(value) > LONGEST_TEXT and name != "exception":
        return f"{value[:LONGEST_TEXT]}… [{len(value)} characters]"
    return value
