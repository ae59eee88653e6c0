"""What is not even HTTP, and clients that take their time, over a socket of the real web server."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.conf import settings

from opsteam.embedded.ports import LOOPBACK, free_port
from tests.harness.house import wait_until
from tests.harness.loads import slow_clients

ANSWER_SECONDS = 10.0
SLOW_CLIENTS = 50
GET = b"GET /api/v1/tasks/ HTTP/1.1\r\nHost: localhost\r\n"
POST = GET.replace(b"GET", b"POST")
RAW = {
    "nothing": b"\r\n\r\n",
    "noise": bytes(range(256)) * 8,
    "no version": b"GET /\r\n\r\n",
    "absurd version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
    "http 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "broken header": GET + b"no colon\r\n\r\n",
    "header with nul": GET + b"X: a\0b\r\n\r\n",
    "folded header": GET + b"X: a\r\n b\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 9\r\n\r\nx",
    "length and chunks": POST
    + b"Content-Length: 4\r\n"
    + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n",
    "unknown encoding": POST + b"Transfer-Encoding: gzip\r\n\r\n",
    "broken chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "negative chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    "broken length": POST + b"Content-Length: 1e9\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    "long address": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "whole address": b"GET http://evil.example/api/v1/tasks/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A running server with two threads; what is asked needs no database."""
    number = free_port()
    command = [sys.executable, "-m", "opsteam.serve", "--port", str(number), "--threads", "2"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "opsteam.settings"}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.DEVNULL, cwd=settings.BASE_DIR
    ) as server:
        wait_until(lambda: answers(number), 60, "the web server answers")
        yield number
        server.terminate()


def answers(port: int) -> bool:
    """Whether the server is alive."""
    with contextlib.suppress(OSError):
        return said(
            port, b"GET /health/live/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ).startswith(b"HTTP/1.1 200")
    return False


def said(port: int, request: bytes) -> bytes:
    """All that comes back until the server ends the connection, or has nothing more to say."""
    answer = b""
    with socket.create_connection((LOOPBACK, port), timeout=ANSWER_SECONDS) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while chunk := client.recv(65_536):
                answer += chunk
    return answer


@pytest.mark.parametrize("name", RAW)
def test_noise_is_refused_in_our_words_and_at_once(port: int, name: str) -> None:
    started = time.monotonic()
    answer = said(port, RAW[name])
    assert time.monotonic() - started < ANSWER_SECONDS
    assert answers(port)
    head, _, body = answer.partition(b"\r\n\r\n")
    if not answer:
        return
    status = int(head.split()[1])
    assert status < 500 or status == 501, head
    assert b"/evil" not in body
    if b"/api/" in RAW[name] and status >= 400:
        assert b"application/problem+json" in head, head
        assert json.loads(body.partition(b"HTTP/1.1")[0])["request_id"]


def test_fifty_slow_clients_hold_up_nobody(port: int) -> None:
    with slow_clients(port, SLOW_CLIENTS):
        for _ in range(20):
            started = time.monotonic()
            assert answers(port)
            assert time.monotonic() - started < 2
