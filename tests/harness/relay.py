"""A broken network: TCP routes through a process of its own that can cut, hold or delay what passes.

`python -m tests.harness.relay postgres=PORT:TARGET redis=PORT:TARGET`, told by lines on standard input:
`postgres cut` ends every open connection, `silent` holds all bytes back, `slow` delays each by a moment and
`well` lets everything pass.
"""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from django.conf import settings

from opsteam.embedded import children
from opsteam.embedded.ports import LOOPBACK, free_port

SLOW_SECONDS = 0.05


class Route:
    """Connections to one port, carried on to another."""

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self._target = target
        self._passes = asyncio.Event()
        self._passes.set()
        self._delay_seconds = 0.0
        self._open: set[asyncio.StreamWriter] = set()

    def become(self, state: str) -> None:
        """From now on the route is `well`, `silent` or `slow`; `cut` ends what is open and changes nothing else."""
        if state == "cut":
            for writer in list(self._open):
                writer.transport.abort()
            return
        self._delay_seconds = SLOW_SECONDS if state == "slow" else 0.0
        if state == "silent":
            self._passes.clear()
        else:
            self._passes.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        self._open.add(writer)
        try:
            await self._passes.wait()
            there_reader, there_writer = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            self._end(writer)
            return
        self._open.add(there_writer)
        await asyncio.gather(self._pump(reader, there_writer), self._pump(there_reader, writer))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while chunk := await source.read(65_536):
                if self._delay_seconds:
                    await asyncio.sleep(self._delay_seconds)
                await self._passes.wait()
                sink.write(chunk)
                await sink.drain()
        self._end(sink)

    def _end(self, writer: asyncio.StreamWriter) -> None:
        self._open.discard(writer)
        writer.close()


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
    for route in routes.values():
        await asyncio.start_server(route.carry, LOOPBACK, route.port)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    while line := await orders.readline():
        name, state = line.decode().split()
        routes[name].become(state)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1:]))
