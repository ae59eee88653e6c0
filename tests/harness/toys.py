"""Small web servers for the negative twins: `python -m tests.harness.toys KIND PORT`, KIND one of `SERVERS`."""

import socket
import sys
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, HTTPServer
from math import inf
from typing import Any

from django.conf import settings

from opsteam.embedded.ports import LOOPBACK

WORK_SECONDS, THREADS = 0.2, 4
CAPACITY = THREADS / WORK_SECONDS
"""Requests a second that the servers with threads can answer."""


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A write takes its time, a read none."""
    is_write = environ["REQUEST_METHOD"] == "POST"
    if is_write:
        time.sleep(WORK_SECONDS)
    start_response("201 Created" if is_write else "200 OK", [("Content-Length", "2")])
    return [b"{}"]


def refusing(listener: socket.socket) -> None:
    """The server of opsteam."""
    from opsteam import serve

    serve.create(application, listener, threads=THREADS, body_limit_bytes=1 << 20).run()


def patient(listener: socket.socket) -> None:
    """Broken: everybody waits, however long, and is answered when nobody listens any more."""
    from opsteam import early_answers, serve

    class Patient(early_answers.StampingDispatcher):
        def add_task(self, task: Any) -> None:
            super().add_task(task)
            task.waits_since, task.is_refused = inf, False

    serve.StampingDispatcher = Patient  # type: ignore[misc] # the broken variant of this process
    refusing(listener)


def one_by_one(listener: socket.socket) -> None:
    """Broken: one client at a time, however slowly it sends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_arguments: object) -> None:
            """Silence."""

    class Server(HTTPServer):
        def handle_error(self, *_arguments: object) -> None:
            """Clients that have gone are no news."""

    server = Server((LOOPBACK, 0), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.serve_forever()


SERVERS = {each.__name__: each for each in (refusing, patient, one_by_one)}


if __name__ == "__main__":
    settings.configure(USE_I18N=False)
    SERVERS[sys.argv[1]](socket.create_server((LOOPBACK, int(sys.argv[2])), backlog=1024))
