"""A mail server on the loopback interface that keeps what it is given and can misbehave."""

import contextlib
import email
import email.policy
import socketserver
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage


class MailServer:
    """What it was sent, and how it treats the next client."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        # When each of them was taken, on the monotonic clock.
        self.taken_at: list[float] = []
        self.refused: set[str] = set()
        self.answers_after_seconds = 0.0
        self.hangs_up_after_taking = False
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.mail = self
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def recipients(self) -> list[str]:
        """To whom the messages went, in order."""
        return [message["To"] for message in self.messages]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    mail: MailServer


class _Conversation(socketserver.StreamRequestHandler):
    """Just enough of RFC 5321 for one client to hand messages over."""

    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self._say("220 test")
            while line := self.rfile.readline():
                if not self._answer(line.decode().strip()):
                    return

    def _answer(self, line: str) -> bool:
        verb = line[:4].upper()
        if verb == "DATA":
            return self._take()
        address = line.partition("<")[2].partition(">")[0]
        if verb == "RCPT" and address in self.server.mail.refused:
            self._say("550 5.1.1 nobody of that name")
        else:
            self._say("221 bye" if verb == "QUIT" else "250 ok")
        return verb != "QUIT"

    def _take(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.server.mail.taken_at.append(time.monotonic())
        self.server.mail.messages.append(message)
        if self.server.mail.hangs_up_after_taking:
            return False
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        time.sleep(self.server.mail.answers_after_seconds)
        self.wfile.write(line.encode() + b"\r\n")


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running server for the length of a block."""
    server = MailServer()
    try:
        yield server
    finally:
        server.close()
