"""The MDN HTTP Observatory's score of an answer, computed from its published table of tests and modifiers.

https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring, as of 2026. Penalties come first; bonuses
count from 90 points on. Only what an answer itself can show is scored: being on browsers' preload list is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie

BASE, BONUS_FROM = 100, 90
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
SIX_MONTHS_SECONDS = 15_768_000
UNSAFE_SOURCES = {"'unsafe-inline'", "data:", "http:", "https:", "*", "ftp:"}


@dataclass(frozen=True)
class Page:
    """An answer over https, as a scanner sees it."""

    headers: Mapping[str, str]
    cookies: SimpleCookie
    body: str
    is_html: bool


def score(page: Page) -> tuple[int, dict[str, int]]:
    """The points, and what each test added or took away."""
    found = {
        "content-security-policy": _policy_points(page),
        "cookies": _cookie_points(page),
        "cross-origin-resource-sharing": _sharing_points(page),
        "cross-origin-resource-policy": _resource_policy_points(page),
        "referrer-policy": _referrer_points(page),
        "strict-transport-security": _transport_points(page),
        "subresource-integrity": _integrity_points(page),
        "x-content-type-options": 0 if page.headers.get("X-Content-Type-Options") == "nosniff" else -5,
        "x-frame-options": _frame_points(page),
    }
    points = BASE + sum(each for each in found.values() if each < 0)
    if points >= BONUS_FROM:
        points += sum(each for each in found.values() if each > 0)
    return max(points, 0), found


def directives(policy: str) -> dict[str, set[str]]:
    """The sources of each directive of a content security policy."""
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {name.lower(): {source.lower() for source in sources} for name, *sources in parts}


def _policy_points(page: Page) -> int:
    given = directives(page.headers.get("Content-Security-Policy", ""))
    if not given:
        return -25
    default = given.get("default-src", {"*"})
    scripts, objects = given.get("script-src", default), given.get("object-src", default)
    if (scripts | objects) & UNSAFE_SOURCES:
        return -20
    if any(source.startswith("http:") for sources in given.values() for source in sources):
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if given.get("style-src", default) & UNSAFE_SOURCES:
        return 0
    closed = default == {"'none'"} and given.get("form-action", {"*"}) <= {"'none'", "'self'"}
    return 10 if closed and given.get("base-uri", {"*"}) <= {"'none'", "'self'"} else 5


def _cookie_points(page: Page) -> int:
    """Session cookies are those whose name says so; the rest need no HttpOnly."""
    points = [_points_of(name, page.cookies[name]) for name in page.cookies]
    return min(points, default=0)


def _points_of(name: str, cookie: Mapping[str, object]) -> int:
    is_session = "session" in name.lower()
    if is_session and not cookie["httponly"]:
        return -30
    if not cookie["secure"]:
        return -40 if is_session else -20
    same_site = str(cookie["samesite"]).lower()
    if same_site not in {"", "lax", "strict"} or ("csrf" in name.lower() and not same_site):
        return -20
    return 5 if same_site else 0


def _sharing_points(page: Page) -> int:
    allows = page.headers.get("Access-Control-Allow-Origin")
    return -50 if allows and page.headers.get("Access-Control-Allow-Credentials") == "true" else 0


def _resource_policy_points(page: Page) -> int:
    given = page.headers.get("Cross-Origin-Resource-Policy")
    if given is None or given == "cross-origin":
        return 0
    return 10 if given in {"same-origin", "same-site"} else -5


def _referrer_points(page: Page) -> int:
    given = page.headers.get("Referrer-Policy")
    if given is None:
        return 0
    return 5 if given.split(",")[-1].strip() in PRIVATE else -5


def _transport_points(page: Page) -> int:
    given = page.headers.get("Strict-Transport-Security", "")
    ages = [
        part.partition("=")[2] for part in given.replace(" ", "").split(";") if part.startswith("max-age=")
    ]
    if len(ages) != 1 or not ages[0].isdecimal():
        return -20
    return 0 if int(ages[0]) >= SIX_MONTHS_SECONDS else -10


def _integrity_points(page: Page) -> int:
    """All scripts of the same origin need no integrity, and get no bonus without."""
    if not page.is_html:
        return 0
    scripts = _Scripts()
    scripts.feed(page.body)
    foreign = [source for source, _ in scripts.found if "//" in source]
    if any(source.startswith(("//", "http:")) for source in foreign):
        return -50
    if foreign:
        return -5
    return 5 if scripts.found and all(integrity for _, integrity in scripts.found) else 0


def _frame_points(page: Page) -> int:
    given = directives(page.headers.get("Content-Security-Policy", ""))
    if "frame-ancestors" in given and not given["frame-ancestors"] & {"*", "http:", "https:"}:
        return 5
    return 0 if page.headers.get("X-Frame-Options", "").upper() in {"DENY", "SAMEORIGIN"} else -20


class _Scripts(HTMLParser):
    """The source and the integrity of every script that is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and given.get("src"):
            self.found.append((given["src"] or "", given.get("integrity") or ""))
