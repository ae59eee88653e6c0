"""What the person chose in the environment: own servers, a port, the demo or an empty start."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from opsteam.embedded.errors import EmbeddedError
from opsteam.embedded.ports import free_port, listening

USUAL_PORT = 8000


@dataclass(frozen=True)
class Choices:
    """`make run DATABASE_URL=… REDIS_URL=… PORT=… DEMO=0`, each optional."""

    database_url: str | None
    redis_url: str | None
    port: int | None
    demo: bool

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Choices":
        """Refuses a port that is none and a DEMO that is neither 0 nor 1."""
        demo = environment.get("DEMO") or "1"
        if demo not in {"0", "1"}:
            raise EmbeddedError(f"DEMO is {demo!r}; it must be 0 (start empty) or 1.")
        return cls(
            database_url=environment.get("DATABASE_URL") or None,
            redis_url=environment.get("REDIS_URL") or None,
            port=_port(environment.get("PORT") or ""),
            demo=demo == "1",
        )

    def web_socket(self) -> socket.socket:
        """Listens on the chosen port, or the usual one, or another; refuses a chosen port that is taken.

        The supervisor holds it, so that neither a neighbour nor a restart of the web server loses the port.
        """
        found = listening(self.port or USUAL_PORT)
        if found is None and self.port is None:
            found = listening(free_port())
        if found is None:
            raise EmbeddedError(f"Port {self.port} is taken by another program; choose another with PORT=.")
        return found


def _port(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise EmbeddedError(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)
