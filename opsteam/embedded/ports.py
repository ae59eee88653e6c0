"""Free loopback ports, chosen below the range from which the kernel serves outgoing connections."""

import random
import socket
from pathlib import Path

from opsteam.embedded.errors import EmbeddedError

LOOPBACK = "127.0.0.1"
_RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int) -> bool:
    """Whether a server could listen on the loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def listening(port: int) -> socket.socket | None:
    """A socket on which clients can queue from now on; None when another program has the port."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((LOOPBACK, port))
        found.listen(1024)
    except OSError:
        found.close()
        return None
    return found


def free_port() -> int:
    """A port that is free now, and stays so for a restart: no outgoing connection will be given it."""
    lowest, highest = 15_000, _first_outgoing_port()
    for _ in range(200):
        port = random.randrange(lowest, highest)  # noqa: S311 - a port is no secret
        if is_free(port):
            return port
    raise EmbeddedError(f"No free port found between {lowest} and {highest} on {LOOPBACK}.")


def _first_outgoing_port() -> int:
    try:
        return max(int(_RANGE_FILE.read_text().split()[0]), 20_000)
    except (OSError, ValueError, IndexError):
        return 32_768
