"""More clients than the server can serve, and clients that take their time."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles

from opsteam.early_answers import LONGEST_WAIT_SECONDS
from opsteam.embedded.ports import LOOPBACK
from tests.harness.clients import POLITE, Access, Door
from tests.harness.history import Outcome

PATH = "/api/v1/tasks/"
CLIENTS = 8
TIMES = 5
MOST_CLIENTS = 300
SLOW_CLIENTS = 50


@dataclass(frozen=True, slots=True)
class Load:
    """What became of the requests of some seconds."""

    good: int
    polite: int
    impolite: int
    seconds: float

    @property
    def goodput(self) -> float:
        """Good answers a second."""
        return self.good / self.seconds


def overloading(goodput: float) -> int:
    """How many clients offer five times what the server can bear, each waiting as long as the server lets it."""
    return min(max(CLIENTS * TIMES, int(TIMES * goodput * LONGEST_WAIT_SECONDS)), MOST_CLIENTS)


def offer(access: Access, *, clients: int, seconds: float) -> Load:
    """So many clients, each asking again as soon as it was answered; refused ones wait a moment."""
    statuses: list[int | None] = []
    until = time.monotonic() + seconds

    def work() -> None:
        door = Door(access, timeout_seconds=30)
        while time.monotonic() < until:
            answer = door.ask("POST", PATH, {"title": "Load"})
            statuses.append(answer.status)
            if answer.outcome != Outcome.OK:
                time.sleep(0.05)
        door.close()

    started = time.monotonic()
    _together(work, clients)
    good = sum(status == 201 for status in statuses)
    polite = sum(status in POLITE for status in statuses)
    return Load(good, polite, len(statuses) - good - polite, time.monotonic() - started)


def p95_seconds(access: Access, *, requests: int) -> float:
    """How long the slowest twentieth of quiet readers waits."""
    door, took = Door(access), []
    for _ in range(requests):
        started = time.monotonic()
        assert door.ask("GET", f"{PATH}?limit=5").outcome == Outcome.OK
        took.append(time.monotonic() - started)
    door.close()
    return quantiles(took, n=20)[-1]


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


def _together(work: Callable[[], None], number: int) -> None:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
