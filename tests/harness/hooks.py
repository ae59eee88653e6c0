"""Another system that is told what happens, and remembers how often."""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opsteam.embedded.ports import LOOPBACK


class HookReceiver:
    """`heard` counts the messages by their `webhook-id`."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self._server = _Server((LOOPBACK, 0), _Conversation)
        self._server.receiver = self
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    @property
    def url(self) -> str:
        """Where messages are taken."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}/hooks"

    def close(self) -> None:
        """Nothing is taken any more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: HookReceiver


class _Conversation(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """Counted before it is answered: the sender may be killed in between."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.receiver.heard[self.headers.get("webhook-id", "")] += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Silence: the counts say it all."""
