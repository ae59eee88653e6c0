"""The web server: slow clients hold nobody up, and an oversized body gets an answer that can be read."""

import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from opsteam import serve

LIMIT_BYTES = 100_000
THREADS = 4
Start = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Says what arrived; refuses by the declared length, as `RequestLimitsMiddleware` does."""
    declared = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read()
    answer = json.dumps({"declared": declared, "read": len(body)}).encode()
    status = "413 Content Too Large" if declared > LIMIT_BYTES else "200 OK"
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """A server in a thread of its own; it ends with the test process."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    server = serve.create(application, listener, threads=THREADS, body_limit_bytes=LIMIT_BYTES)
    threading.Thread(target=server.run, daemon=True).start()
    yield listener.getsockname()
    server.close()


def post(address: tuple[str, int], body: Any, headers: dict[str, str]) -> tuple[int, dict[str, int]]:
    """Sends all of the body before it looks for the answer, as most clients do."""
    connection = http.client.HTTPConnection(*address, timeout=60)
    try:
        connection.request("POST", "/", body=body, headers=headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_a_body_at_the_limit_arrives_whole(address: tuple[str, int]) -> None:
    status, seen = post(address, b"x" * LIMIT_BYTES, {})
    assert (status, seen) == (200, {"declared": LIMIT_BYTES, "read": LIMIT_BYTES})


def test_one_byte_more_is_refused_by_the_application_without_its_body(address: tuple[str, int]) -> None:
    status, seen = post(address, b"x" * (LIMIT_BYTES + 1), {})
    assert (status, seen) == (413, {"declared": LIMIT_BYTES + 1, "read": 0})


def test_a_client_that_sends_a_gigabyte_first_can_still_read_the_refusal(address: tuple[str, int]) -> None:
    size = 1_000_000_000
    chunk = bytes(1_000_000)
    pieces = (chunk for _ in range(size // len(chunk)))
    status, seen = post(address, pieces, {"Content-Length": str(size)})
    assert (status, seen) == (413, {"declared": size, "read": 0})


def test_a_body_of_unknown_length_is_refused_where_it_passes_the_limit(address: tuple[str, int]) -> None:
    pieces = (bytes(10_000) for _ in range(50))
    status, seen = post(address, pieces, {"Transfer-Encoding": "chunked"})
    assert status == 413
    assert seen["declared"] > LIMIT_BYTES
    assert seen["read"] == 0


def test_a_client_that_asks_before_sending_is_refused_before_sending(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n"
        )
        assert client.recv(1000).startswith(b"HTTP/1.1 413")


def test_more_slow_clients_than_threads_hold_nobody_up(address: tuple[str, int]) -> None:
    slow = [socket.create_connection(address) for _ in range(THREADS * 5)]
    try:
        for client in slow:
            client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nonly the beginning")
        begun = time.monotonic()
        assert post(address, b"quick", {}) == (200, {"declared": 5, "read": 5})
        assert time.monotonic() - begun < 2
    finally:
        for client in slow:
            client.close()


def test_a_connection_is_kept_for_the_next_request(address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address, timeout=10)
    for _ in range(3):
        connection.request("POST", "/", body=os.urandom(10))
        assert connection.getresponse().read() == b'{"declared": 10, "read": 10}'
    connection.close()
