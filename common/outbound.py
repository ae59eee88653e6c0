"""The one way out to addresses that users choose. Only jobs call it: no request ever waits for it.

requests-hardened was measured against the same rules and not taken: it looks at the first address of a name only,
believes the proxies of the environment, and has neither a total deadline nor a limit on what it reads.
"""

import http.client
import logging
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.destinations import is_allowed
from common.errors import InvalidInput

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 4.0
TOTAL_SECONDS = 15.0
# What comes after the status is read only so that the other side is not cut off; it is never kept.
DRAIN_SECONDS = 1.0
READ_LIMIT_BYTES = 64 * 1024
MOST_ADDRESSES = 4
LONGEST_URL = 1_000
LONGEST_RETRY_AFTER_SECONDS = 86_400
# Below 1024 live mail, name and file services; of those above, the ones that browsers refuse too (Fetch, 2.9).
LOW_PORTS = frozenset({80, 443})
REFUSED_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080}
)


class Failure(TextChoices):
    """Why no status came back. The other side's own words are never told: they may be an inner service's."""

    REFUSED = "refused", _("This address may not be reached from here")
    UNKNOWN_NAME = "unknown_name", _("The name of the server is unknown")
    UNREACHABLE = "unreachable", _("The server could not be reached")
    TIMED_OUT = "timed_out", _("The server did not answer in time")
    CERTIFICATE = "certificate", _("The server's certificate is not valid for its name")
    NOT_HTTP = "not_http", _("The server did not speak HTTP")


class OutboundFailed(Exception):  # noqa: N818 - named for what happened
    """No status came back; `failure` says why, and nothing else is known to the caller."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.value)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status that came back and for how long the other side asked to be left alone.

    `answer` is empty unless it was asked for: chat services say 200 and put their refusal there. Never show it.
    """

    status: int
    retry_after_seconds: int | None = None
    answer: bytes = b""


def check_url(url: str, *, field: str = "url") -> None:
    """Refuses an address that `post` would never call, at `field`; needs no network, so it may run in a request."""
    reason = _unfit(url)
    if reason:
        raise InvalidInput({field: [reason]})


def post(url: str, *, body: bytes, headers: Mapping[str, str], keeps_answer: bool = False) -> Outcome:
    """`body` was sent to `url`, and a status came back within 15 s; raises `OutboundFailed` otherwise.

    https, or http where the settings allow it. Connects only to an address that it has checked itself, under the
    name of the URL; follows no redirect, knows no proxy, keeps nothing of the answer unless asked to. At most once
    per call.
    """
    if _unfit(url):
        raise OutboundFailed(Failure.REFUSED)
    parts = urlsplit(url)
    connection = _Connection(parts, ends_at=time.monotonic() + TOTAL_SECONDS)
    try:
        connection.request("POST", _target(parts), body=body, headers={**headers, "Connection": "close"})
        answer = connection.getresponse()
        wait = _seconds_to_wait(answer.headers.get("Retry-After", ""))
        said = connection.drain(answer)
        return Outcome(answer.status, wait, said if keeps_answer else b"")
    except ssl.SSLCertVerificationError as error:
        raise OutboundFailed(Failure.CERTIFICATE) from error
    except TimeoutError as error:
        raise OutboundFailed(Failure.TIMED_OUT) from error
    except (http.client.HTTPException, UnicodeError, ValueError) as error:
        raise OutboundFailed(Failure.NOT_HTTP) from error
    except OSError as error:
        raise OutboundFailed(Failure.UNREACHABLE) from error
    finally:
        connection.close()


def _unfit(url: str) -> Any:
    """Why this is no address for us, or an empty text."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        return _("This is not an address.")
    is_plain = len(url) <= LONGEST_URL and all("!" <= sign <= "~" and sign != "\\" for sign in url)
    is_known = parts.scheme == "https" or (parts.scheme == "http" and settings.OUTBOUND_HTTP)
    is_low = port < 1024 and port not in LOW_PORTS
    problems = (
        (not is_plain, _("Write the address without spaces, in ASCII, with at most 1,000 characters.")),
        (not is_known, _("The address must begin with https://.")),
        (not parts.hostname, _("The address names no server.")),
        (
            "@" in parts.netloc or "#" in url,
            _("The address must hold no user name, no password and no fragment."),
        ),
        (is_low or port in REFUSED_PORTS or parts.port == 0, _("This port cannot be used.")),
    )
    return next((sentence for is_wrong, sentence in problems if is_wrong), "")


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _seconds_to_wait(given: str) -> int | None:
    """`Retry-After` as seconds from now, whichever form it has (RFC 9110, 10.2.3); None where it makes no sense."""
    if given.isascii() and given.isdecimal():
        return min(int(given[:9]), LONGEST_RETRY_AFTER_SECONDS)
    try:
        wait = (parsedate_to_datetime(given) - timezone.now()).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(int(wait), 0), LONGEST_RETRY_AFTER_SECONDS)


class _Bounded:
    """A socket that ends at a moment, however slowly the other side speaks, and after 64 kB, however long."""

    ends_at: float = 0.0
    bytes_left: int = READ_LIMIT_BYTES

    def wait_at_most(self) -> None:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)  # type: ignore[attr-defined] # of the socket that this is mixed into

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        wanted = min(nbytes or len(buffer), self.bytes_left)
        if wanted == 0:
            return 0
        self.wait_at_most()
        got: int = super().recv_into(buffer, wanted, flags)  # type: ignore[misc]
        self.bytes_left -= got
        return got

    def send(self, words: Any, flags: int = 0) -> int:
        self.wait_at_most()
        sent: int = super().send(words, flags)  # type: ignore[misc]
        return sent

    def sendall(self, words: Any, flags: int = 0) -> None:
        self.wait_at_most()
        super().sendall(words, flags)  # type: ignore[misc]


class _PlainSocket(_Bounded, socket.socket):
    """Bounded, for http."""


class _TlsSocket(_Bounded, ssl.SSLSocket):
    """Bounded, for https."""


class _Connection(http.client.HTTPConnection):
    """To a checked address of the URL's host; Host, SNI and certificate are those of the name."""

    def __init__(self, parts: SplitResult, *, ends_at: float) -> None:
        self.is_tls = parts.scheme == "https"
        self.default_port = 443 if self.is_tls else 80
        super().__init__(str(parts.hostname), parts.port or self.default_port)
        self.ends_at = ends_at

    def connect(self) -> None:
        """Resolves, checks, connects; a name that is resolved anew a moment later changes nothing."""
        connect_until = min(self.ends_at, time.monotonic() + CONNECT_SECONDS)
        reachable = _checked_addresses(self.host, self.port, connect_until)
        sock: Any = _connected(reachable, connect_until)
        if self.is_tls:
            sock = _tls_context().wrap_socket(sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = sock
        sock.ends_at = self.ends_at
        if self.is_tls:
            sock.wait_at_most()
            sock.do_handshake()

    def drain(self, answer: http.client.HTTPResponse) -> bytes:
        """What follows the status is taken for a moment."""
        sock: Any = self.sock
        if sock is not None:
            sock.ends_at = min(self.ends_at, time.monotonic() + DRAIN_SECONDS)
        try:
            return answer.read(READ_LIMIT_BYTES)
        except (OSError, http.client.HTTPException):
            logger.debug("outbound.answer_not_read_to_its_end")
            return b""


@lru_cache(maxsize=1)
def _tls_context() -> ssl.SSLContext:
    """The authorities of the system (or of SSL_CERT_FILE), TLS 1.2 and above."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _TlsSocket
    return context


def _checked_addresses(host: str, port: int, until: float) -> list[tuple[int, Any]]:
    """Family and address of where we may go; raises `OutboundFailed` where nowhere."""
    found = _resolved(host, port, until)
    allowed = [(family, where) for family, _kind, _proto, _name, where in found if is_allowed(str(where[0]))]
    if not allowed:
        logger.warning("outbound.address_refused", extra={"host": host})
        raise OutboundFailed(Failure.REFUSED)
    return allowed[:MOST_ADDRESSES]


def _resolved(host: str, port: int, until: float) -> list[Any]:
    """The system's answer, waited for only until `until`: its resolver has no time limit of its own."""
    answers: list[Any] = []

    def ask() -> None:
        try:
            answers.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            answers.append([])

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(until - time.monotonic(), 0))
    if not answers:
        raise TimeoutError
    if not answers[0]:
        raise OutboundFailed(Failure.UNKNOWN_NAME)
    return list(answers[0])


def _connected(reachable: list[tuple[int, Any]], until: float) -> Any:
    """A socket to the first address that answers; each gets its share of the time."""
    failed: OSError = TimeoutError()
    for tried, (family, where) in enumerate(reachable):
        share = (until - time.monotonic()) / (len(reachable) - tried)
        if share <= 0:
            break
        sock = _PlainSocket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(share)
            sock.connect(where)
        except OSError as error:
            sock.close()
            failed = error
        else:
            return sock
    raise failed
