"""Servers on this machine that behave as the other side must not."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answering = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Server:
    """Where it listens, and the first bytes of each request that reached it."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@contextmanager
def serving(
    answer: bytes | Answering, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """A server that takes a request and answers with these bytes, or by this function, until the block ends."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    server = Server(port=listener.getsockname()[1])
    if tls:
        tls.sni_callback = lambda _socket, name, _context: server.names.append(name)
    thread = threading.Thread(target=_serve, args=(listener, answer, server, tls), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _serve(
    listener: socket.socket, answer: bytes | Answering, server: Server, tls: ssl.SSLContext | None
) -> None:
    while True:
        try:
            connection, _peer = listener.accept()
        except OSError:
            return
        with suppress(OSError), connection:
            taken = tls.wrap_socket(connection, server_side=True) if tls else connection
            with taken:
                server.requests.append(_request(taken))
                if callable(answer):
                    answer(taken)
                else:
                    taken.sendall(answer)


def _request(connection: socket.socket) -> bytes:
    """Head and body: what is closed with something unread is reset."""
    taken = b""
    while chunk := connection.recv(65_536):
        taken += chunk
        head, end, body = taken.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if end and len(body) >= int(length[1] if length else 0):
            break
    return taken


def one_byte_at_a_time(answer: bytes, pause_seconds: float) -> Answering:
    """Never silent for long, never done."""
    stop = threading.Event()

    def send(connection: socket.socket) -> None:
        for byte in answer:
            connection.sendall(bytes([byte]))
            stop.wait(pause_seconds)

    return send
