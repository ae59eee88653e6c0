"""Many clients in one thread, which ask whether or not the server keeps up, and what became of their requests."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from opsteam.embedded.ports import LOOPBACK
from tests.harness.clients import POLITE, Access

PATH = "/api/v1/tasks/"
# The first seconds of a load fill the server's queue and are not counted.
FILLING_SECONDS = 2.0
# An answer that comes later is for nobody: whoever asked has gone.
PATIENCE_SECONDS = 3.0
TICK_SECONDS = 0.005
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)")


@dataclass(frozen=True, slots=True)
class Load:
    """What became of the requests that were answered within the counted seconds, and of those that never were."""

    good: int
    polite: int
    impolite: int
    seconds: float

    @property
    def goodput(self) -> float:
        """Good answers a second, each within the patience of who asked."""
        return self.good / self.seconds


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer: its status, None where the connection broke, and whether a refusal said when to come back."""

    status: int | None
    says_when: bool
    asked_at: float
    answered_at: float

    @property
    def is_good(self) -> bool:
        """Created, and in time."""
        return self.status == 201 and self.answered_at - self.asked_at <= PATIENCE_SECONDS

    @property
    def is_polite(self) -> bool:
        """Refused in time, with the moment to come back."""
        return (
            self.status in POLITE and self.says_when and self.answered_at - self.asked_at <= PATIENCE_SECONDS
        )


class Exchange(asyncio.Protocol):
    """A connection that is kept open and carries one request at a time."""

    def __init__(self, request: bytes, heard: Callable[["Exchange", Heard], None]) -> None:
        self._request, self._heard = request, heard
        self._raw = bytearray()
        self._transport: asyncio.Transport | None = None
        self._asked_at = 0.0
        self.waits = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks at once."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.ask()

    def ask(self) -> None:
        """The request is on its way."""
        assert self._transport is not None
        self._raw.clear()
        self._asked_at, self.waits = time.monotonic(), True
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """The answer is whole when its announced length is there."""
        self._raw += data
        end = self._raw.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._raw[:end]).lower()
        length = _LENGTH.search(head)
        if length is None or len(self._raw) >= end + 4 + int(length[1]):
            self._answered(int(head[9:12]), b"\r\nretry-after:" in head)

    def connection_lost(self, _error: Exception | None) -> None:
        """What was asked will not be answered."""
        if self.waits:
            self._answered(None, False)

    def close(self) -> None:
        """Nothing more is asked here."""
        self.waits = False
        if self._transport is not None:
            self._transport.abort()

    @property
    def is_open(self) -> bool:
        """Whether another request can be sent here."""
        return self._transport is not None and not self._transport.is_closing()

    def _answered(self, status: int | None, says_when: bool) -> None:
        self.waits = False
        self._heard(self, Heard(status, says_when, self._asked_at, time.monotonic()))


class Crowd:
    """Many clients of one server in one thread."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._request = _request(access)
        self._exchanges: set[Exchange] = set()
        self._idle: list[Exchange] = []
        self._answers: list[Heard] = []
        self._opening: set[asyncio.Future[object]] = set()
        self._unreachable = 0
        self._asks_again_until = 0.0

    async def in_turns(self, clients: int, seconds: float) -> Load:
        """So many clients, each of which asks again when it was answered: as much as the server can do."""
        started = time.monotonic()
        self._asks_again_until = started + FILLING_SECONDS + seconds
        for _ in range(clients):
            self._open()
        await asyncio.sleep(FILLING_SECONDS + seconds)
        return await self._load(started + FILLING_SECONDS, seconds)

    async def regardless(self, rate: float, seconds: float) -> Load:
        """So many new requests a second, however many of the former wait."""
        started, asked = time.monotonic(), 0
        while (now := time.monotonic()) < started + FILLING_SECONDS + seconds:
            while asked < (now - started) * rate:
                asked += 1
                if self._idle:
                    self._idle.pop().ask()
                else:
                    self._open()
            await asyncio.sleep(TICK_SECONDS)
        return await self._load(started + FILLING_SECONDS, seconds)

    async def _load(self, since: float, seconds: float) -> Load:
        """Who still waits is given the time to be answered before being counted as forgotten."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and any(each.waits for each in self._exchanges):
            await asyncio.sleep(TICK_SECONDS)
        forgotten = sum(each.waits for each in self._exchanges) + self._unreachable
        for exchange in self._exchanges:
            exchange.close()
        counted = [each for each in self._answers if since <= each.answered_at <= since + seconds]
        good = sum(each.is_good for each in counted)
        polite = sum(each.is_polite for each in counted)
        return Load(good, polite, len(counted) - good - polite + forgotten, seconds)

    def _open(self) -> None:
        opening = asyncio.get_running_loop().create_connection(
            lambda: Exchange(self._request, self._heard), LOOPBACK, self._access.port
        )
        future = asyncio.ensure_future(opening)
        self._opening.add(future)
        future.add_done_callback(self._opened)

    def _opened(self, future: "asyncio.Future[tuple[asyncio.Transport, Exchange]]") -> None:
        self._opening.discard(future)
        if future.cancelled() or future.exception() is not None:
            self._unreachable += 1
        else:
            self._exchanges.add(future.result()[1])

    def _heard(self, exchange: Exchange, heard: Heard) -> None:
        self._answers.append(heard)
        if not exchange.is_open:
            self._exchanges.discard(exchange)
        elif heard.answered_at < self._asks_again_until:
            exchange.ask()
        else:
            self._idle.append(exchange)


def _request(access: Access) -> bytes:
    body = json.dumps({"title": "Load"})
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {LOOPBACK}\r\nAuthorization: Bearer {access.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()
