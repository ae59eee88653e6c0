"""The web server: waitress, which buffers slow clients, so that they never hold a thread.

Three things are ours: a body that is too large is refused by the application, in the shape and language of its
other refusals; the client gets to read that refusal; and under more load than it can bear the server answers what it
can and refuses the rest, instead of letting everybody wait.
"""

import argparse
import contextlib
import signal
import socket
import sys
import time
from types import FrameType
from typing import Any, NoReturn, cast

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer, create_server
from waitress.utilities import RequestEntityTooLarge

from opsteam.early_answers import EarlyAnswer, OverloadedError, StampingDispatcher, is_too_late

LINGER_SECONDS = 30.0


class Parser(HTTPRequestParser):
    """Hands an oversized request to the application without its body, and ends the connection after it."""

    def received(self, data: bytes) -> int:
        """How much of `data` belonged to this request."""
        consumed: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self._leave_refusal_to_application()
        return consumed

    def _leave_refusal_to_application(self) -> None:
        self.error = None
        self.expect_continue = False
        if self.body_rcv is not None:
            self.body_rcv.getbuf().close()
            self.body_rcv = None
        self.connection_close = True
        # A chunked request declares no length; the application refuses by this one.
        length = max(self.content_length, self.body_bytes_received)
        self.headers = {**self.headers, "CONNECTION": "close", "CONTENT_LENGTH": str(length)}


class Channel(HTTPChannel):
    """Reads on after its last answer: closing with unread input would make the kernel discard the answer."""

    parser_class = Parser
    error_task_class = EarlyAnswer  # type: ignore[assignment] # the stubs allow no other class
    _linger_until: float | None = None

    def service(self) -> None:
        """Answers one request; one that has waited too long is refused at once, so that the next need not wait."""
        if is_too_late(self) and not self.requests[0].error:
            self.requests[0].error = OverloadedError("")
        super().service()

    def readable(self) -> bool:
        """Whether the loop should read from the client; what comes after the last answer is thrown away."""
        return self._linger_until is not None or super().readable()

    def writable(self) -> bool:
        """Whether the loop should call `handle_write`."""
        if self._linger_until is None:
            return bool(super().writable())
        return time.monotonic() > self._linger_until

    def handle_write(self) -> None:
        """Sends what is pending, or ends a connection whose client never closed it."""
        if self._linger_until is None:
            super().handle_write()
        else:
            self.handle_close()

    def handle_close(self) -> None:
        """At first only our direction is closed; the client's end, an error or the deadline closes the rest."""
        if self._linger_until is not None or self.socket is None:
            super().handle_close()
            return
        self._linger_until = time.monotonic() + LINGER_SECONDS
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)


TcpWSGIServer.channel_class = Channel


def create(
    application: Any, listener: socket.socket, *, threads: int, body_limit_bytes: int
) -> TcpWSGIServer:
    """A server for the clients of a listening socket, which leaves bodies above the limit unread."""
    dispatcher = StampingDispatcher()
    dispatcher.set_thread_count(threads)
    # One socket makes one server of this kind.
    server = create_server(
        application,
        _dispatcher=dispatcher,
        sockets=[listener],
        threads=threads,
        # waitress refuses from its limit on, the application above its own.
        max_request_body_size=body_limit_bytes + 1,
        max_request_header_size=64 * 1024,
        connection_limit=1000,
        channel_timeout=60,
        recv_bytes=64 * 1024,
        asyncore_use_poll=True,
        ident=None,
        # settings.py decides by OPSTEAM_TRUSTED_PROXIES whether these headers count.
        clear_untrusted_proxy_headers=False,
    )
    return cast("TcpWSGIServer", server)


def main() -> None:
    """Serves until SIGTERM or SIGINT; requests under way are finished first."""
    parser = argparse.ArgumentParser(prog="python -m opsteam.serve", description="Serve opsteam.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--socket", type=int, help="number of a listening socket to use instead")
    parser.add_argument("--threads", type=int, default=8)
    chosen = parser.parse_args()
    # Only now: what they need of the environment is no matter of --help.
    from django.conf import settings

    from opsteam.wsgi import application

    if chosen.socket is None:
        listener = socket.create_server((chosen.host, chosen.port), backlog=1024)
    else:
        listener = socket.socket(fileno=chosen.socket)
    server = create(
        application,
        listener,
        threads=chosen.threads,
        body_limit_bytes=settings.REQUEST_BODY_LIMIT_BYTES,
    )
    signal.signal(signal.SIGTERM, _finish)
    server.run()


def _finish(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
