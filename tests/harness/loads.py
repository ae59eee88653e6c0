"""More requests than the server can bear, and clients that take their time."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles

from opsteam.embedded.ports import LOOPBACK
from tests.harness.clients import Access, Door
from tests.harness.crowd import PATH, Crowd, Load
from tests.harness.history import Outcome

CLIENTS = 16
TIMES = 5
SLOW_CLIENTS = 50
ROUNDS = 4


def peak(access: Access, *, seconds: float) -> Load:
    """As much as the server can do, for `CLIENTS` clients that wait for their answers."""
    return asyncio.run(Crowd(access).in_turns(CLIENTS, seconds))


def overload(access: Access, *, rate: float, seconds: float) -> Load:
    """What it does when asked `rate` times a second."""
    return asyncio.run(Crowd(access).regardless(rate, seconds))


@dataclass(frozen=True, slots=True)
class Waits:
    """The 95th percentile of a normal request in seconds: alone, and beside slow clients."""

    quiet_p95: float
    beside_slow_p95: float


def waits(access: Access, *, requests: int, timeout_seconds: float = 10.0) -> Waits:
    """Measured in turns, so that what else the machine does meets both; an unanswered request took the timeout."""
    quiet: list[float] = []
    beside: list[float] = []
    for _ in range(ROUNDS):
        quiet += _took(access, requests // ROUNDS, timeout_seconds)
        with slow_clients(access.port):
            beside += _took(access, requests // ROUNDS, timeout_seconds)
    return Waits(quantiles(quiet, n=20)[-1], quantiles(beside, n=20)[-1])


def _took(access: Access, requests: int, timeout_seconds: float) -> list[float]:
    door, took = Door(access, timeout_seconds), []
    # The first opens the connection, and may still stand behind who was there before.
    door.ask("GET", f"{PATH}?limit=5")
    for _ in range(requests):
        started = time.monotonic()
        is_good = door.ask("GET", f"{PATH}?limit=5").outcome == Outcome.OK
        took.append(time.monotonic() - started if is_good else timeout_seconds)
    door.close()
    return took


@contextmanager
def slow_clients(port: int, number: int = SLOW_CLIENTS) -> Iterator[None]:
    """So many clients that send a byte of their body now and then."""
    stop = threading.Event()
    request = f"POST {PATH} HTTP/1.1\r\nHost: {LOOPBACK}\r\nContent-Length: 5000\r\n\r\n".encode()
    sockets = [socket.create_connection((LOOPBACK, port), timeout=5) for _ in range(number)]

    def drip() -> None:
        while not stop.wait(0.2):
            for one in sockets:
                with contextlib.suppress(OSError):
                    one.send(b" ")

    for one in sockets:
        one.sendall(request)
    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        for one in sockets:
            one.close()
