"""The application behind its own web server, as a process: what arrives over a socket is refused in our words."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

PATH = "/api/v1/tasks/"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A running server; it needs no database for what is refused at the door."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = int(free.getsockname()[1])
    command = [sys.executable, "-m", "opsteam.serve", "--port", str(number), "--threads", "2"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "opsteam.settings"}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.DEVNULL, cwd=settings.BASE_DIR
    ) as server:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", number), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, "the server ended"
                time.sleep(0.1)
        yield number
        server.terminate()


def ask(
    port: int, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, str, dict[str, Any]]:
    """Status, content type and JSON body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(
            method, path, body=body, headers=given, encode_chunked="Transfer-Encoding" in given
        )
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], json.loads(answer.read())
    finally:
        connection.close()


def test_a_declared_gigabyte_is_refused_without_being_read(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", PATH)
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(2**30))
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(answer.read())["code"] == "too_large"
    connection.close()


def test_a_body_of_unknown_length_above_the_limit_is_refused(port: int) -> None:
    piece = b" " * 1024 * 1024
    pieces = (piece for _number in range(settings.REQUEST_BODY_LIMIT_BYTES // len(piece) + 2))
    status, kind, body = ask(
        port, "POST", PATH, pieces, Transfer_Encoding="chunked", Content_Type="application/json"
    )
    assert (status, kind, body["code"]) == (413, "application/problem+json", "too_large")


def test_a_small_body_of_unknown_length_gets_as_far_as_the_token(port: int) -> None:
    status, kind, body = ask(
        port, "POST", PATH, iter([b"{", b"}"]), Transfer_Encoding="chunked", Content_Type="application/json"
    )
    assert (status, kind, body["code"]) == (401, "application/problem+json", "not_authenticated")


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/../etc/passwd", "/api/%2e%2e/x", "/api/v1/%ff/"])
def test_unknown_addresses_are_problems_too(port: int, path: str) -> None:
    assert ask(port, "GET", path)[:2] == (404, "application/problem+json")


def test_a_foreign_host_name_is_refused_but_health_answers(port: int) -> None:
    assert ask(port, "GET", PATH, Host="evil.example")[:2] == (400, "application/problem+json")
    assert ask(port, "GET", "/health/live/", Host="evil.example")[0] == 200
