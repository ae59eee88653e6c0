"""A broken network: TCP routes through a process of its own that can cut, hold or delay what passes.

`python -m tests.harness.relay postgres=PORT:TARGET redis=PORT:TARGET`, told by lines on standard input:
`postgres cut` ends every open connection, `silent` holds all bytes back, `slow` delays each by a moment and
`well` lets everything pass.
"""

import asyncio
import os
import signal
import sys
from collections import deque
from functools import partial
from pathlib import Path

from django.conf import settings

from opsteam.embedded import children
from opsteam.embedded.ports import LOOPBACK, free_port

SLOW_SECONDS = 0.05


class Route:
    """Connections to one port, carried on to another; what passes keeps its order."""

    def __init__(self, port: int, target: int) -> None:
        self.port, self.target = port, target
        self.legs: set[Leg] = set()
        self._passes = True
        self._delay_seconds = 0.0
        self._held: list[Leg] = []

    def become(self, state: str) -> None:
        """From now on the route is `well`, `silent` or `slow`; `cut` ends what is open and changes nothing else."""
        if state == "cut":
            for leg in list(self.legs):
                leg.abort()
            return
        self._delay_seconds = SLOW_SECONDS if state == "slow" else 0.0
        self._passes = state != "silent"
        if self._passes:
            held, self._held = self._held, []
            for leg in held:
                leg.pass_on()

    def carry(self, leg: "Leg") -> None:
        """The oldest piece that waits at the leg goes on, now or when the route lets it."""
        if not self._passes:
            self._held.append(leg)
        elif self._delay_seconds:
            asyncio.get_running_loop().call_later(self._delay_seconds, leg.pass_on)
        else:
            leg.pass_on()


class Leg(asyncio.Protocol):
    """One side of a connection; what it hears, its peer says."""

    def __init__(self, route: Route, peer: "Leg | None" = None) -> None:
        self._route, self._peer = route, peer
        self._waiting: deque[bytes] = deque()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The side that came to us is given its peer; nothing is read from it before."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._route.legs.add(self)
        if self._peer is None:
            # A moment later, yet before anything is read: Python 3.11.2 begins to read after this call.
            asyncio.get_running_loop().call_soon(transport.pause_reading)
            self._meeting = asyncio.ensure_future(self._meet())
        else:
            self._peer._peer = self

    async def _meet(self) -> None:
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: Leg(self._route, self), LOOPBACK, self._route.target)
        except OSError:
            self._transport.close()
        else:
            self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Waits its turn."""
        self._waiting.append(data)
        self._route.carry(self)

    def pass_on(self) -> None:
        """The oldest piece is said; an empty one is the end."""
        piece = self._waiting.popleft()
        peer = self._peer
        if peer is None or peer._transport is None or peer._transport.is_closing():
            return
        if piece:
            peer._transport.write(piece)
        else:
            peer._transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        """The other side hears of it after all that was said before."""
        self._route.legs.discard(self)
        self._waiting.append(b"")
        self._route.carry(self)

    def abort(self) -> None:
        """Broken, with all that was on its way."""
        if self._transport is not None:
            self._transport.abort()


class Relay:
    """The process, as its owner sees it."""

    def __init__(self, log: Path, **targets: int) -> None:
        self.ports = {name: free_port() for name in targets}
        self._targets = targets
        self._log = log

    def start(self) -> None:
        """The routes are open a moment later."""
        heard, self._speak = os.pipe()
        routes = [f"{name}={self.ports[name]}:{target}" for name, target in self._targets.items()]
        self.process = children.spawn(
            [sys.executable, "-m", "tests.harness.relay", *routes],
            log=self._log,
            death_signal=signal.SIGKILL,
            environment=os.environ,
            directory=settings.BASE_DIR,
            stdin=heard,
        )
        os.close(heard)

    def tell(self, name: str, state: str) -> None:
        """The route changes within milliseconds."""
        os.write(self._speak, f"{name} {state}\n".encode())

    def stop(self) -> None:
        """No route is left."""
        os.close(self._speak)
        children.stop(self.process, (signal.SIGTERM, 2))


async def _serve(arguments: list[str]) -> None:
    routes = {}
    for argument in arguments:
        name, _, ports = argument.partition("=")
        port, _, target = ports.partition(":")
        routes[name] = Route(int(port), int(target))
    loop = asyncio.get_running_loop()
    for route in routes.values():
        await loop.create_server(partial(Leg, route), LOOPBACK, route.port)
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        name, state = line.decode().split()
        routes[name].become(state)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1:]))
