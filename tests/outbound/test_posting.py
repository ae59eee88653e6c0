"""What `outbound.post` does with servers that are slow, huge, evasive or somebody else."""

import http.client
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone
from django.utils.http import http_date

from common import outbound
from common.destinations import is_allowed
from common.outbound import Failure, OutboundFailed, Outcome
from tests.outbound.certificates import Authority
from tests.outbound.servers import OK, Answering, one_byte_at_a_time, serving

HOST = "hooks.test"


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTBOUND_HTTP = True
    settings.OUTBOUND_PRIVATE = ("127.0.0.1/32",)
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 1.0)
    monkeypatch.setattr(outbound, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(outbound, "DRAIN_SECONDS", 0.2)


def _post(port: int, path: str = "/in?x=1", scheme: str = "http", host: str = "127.0.0.1") -> Outcome:
    return outbound.post(f"{scheme}://{host}:{port}{path}", body=b"{}", headers={"X-Mine": "1"})


def _failure(port: int, **where: str) -> Failure:
    with pytest.raises(OutboundFailed) as failed:
        _post(port, **where)
    return failed.value.failure


def test_the_body_and_the_headers_arrive_and_the_status_comes_back() -> None:
    with serving(OK) as server:
        assert _post(server.port) == Outcome(200)
    head, _blank, _body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /in?x=1 HTTP/1.1\r\n")
    assert f"host: 127.0.0.1:{server.port}".encode() in head.lower()
    assert b"X-Mine: 1" in head
    assert b"Content-Length: 2" in head


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with serving(OK) as inner:
        moved = f"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:{inner.port}/\r\nContent-Length: 0\r\n\r\n"
        with serving(moved.encode()) as server:
            assert _post(server.port).status == 307
    assert inner.requests == []


@pytest.mark.parametrize("part", ["status line", "headers", "silence"])
def test_a_server_that_dribbles_its_answer_is_left_after_the_total_time(part: str) -> None:
    answers: dict[str, Answering] = {
        "status line": one_byte_at_a_time(OK, 0.3),
        "headers": one_byte_at_a_time(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 90, 0.01),
        "silence": lambda _connection: time.sleep(2),
    }
    with serving(answers[part]) as server:
        began = time.monotonic()
        assert _failure(server.port) == Failure.TIMED_OUT
    assert time.monotonic() - began < 4


def test_a_plain_socket_timeout_would_wait_for_the_dribbler() -> None:
    """The negative twin: a time limit per read never ends what sends a byte in time."""
    with serving(one_byte_at_a_time(OK, 0.05)) as server:
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=0.2)
        connection.request("POST", "/")
        assert connection.getresponse().read() == b"ok"
        connection.close()
    assert time.monotonic() - began > 1


def test_a_body_that_never_ends_changes_nothing_about_the_status() -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

    with serving(endless) as server:
        began = time.monotonic()
        assert _post(server.port).status == 200
    assert time.monotonic() - began < 1


def test_no_more_than_sixty_four_kilobytes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    received = outbound._Bounded.recv_into

    def counted(self: Any, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        read.append(received(self, buffer, nbytes, flags))
        return read[-1]

    monkeypatch.setattr(outbound._Bounded, "recv_into", counted)
    with serving(_much) as server:
        outcome = outbound.post(f"http://127.0.0.1:{server.port}/", body=b"{}", headers={}, keeps_answer=True)
    assert outcome.status == 200
    assert 60 * 1024 < len(outcome.answer) <= sum(read) <= outbound.READ_LIMIT_BYTES == 64 * 1024


def test_without_the_limit_the_same_server_is_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative twin."""
    monkeypatch.setattr(outbound._Bounded, "bytes_left", 10_000_000)
    monkeypatch.setattr(outbound, "READ_LIMIT_BYTES", 1_000_000)
    with serving(_much) as server:
        outcome = outbound.post(f"http://127.0.0.1:{server.port}/", body=b"{}", headers={}, keeps_answer=True)
    assert len(outcome.answer) == 1_000_000


def _much(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n")
    connection.sendall(b"x" * 2_000_000)


def test_headers_without_end_are_no_http() -> None:
    with serving(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200_000) as server:
        assert _failure(server.port) == Failure.NOT_HTTP


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"-ERR unknown command\r\n", b"HTTP/1.1 abc\r\n\r\n"]
)
def test_another_protocols_words_are_not_told(answer: bytes) -> None:
    with serving(answer) as server, pytest.raises(OutboundFailed) as failed:
        _post(server.port)
    assert failed.value.failure in {Failure.NOT_HTTP, Failure.UNREACHABLE}
    assert str(failed.value) in Failure.values


def test_a_closed_port_is_unreachable() -> None:
    with serving(OK) as server:
        pass
    assert _failure(server.port) == Failure.UNREACHABLE


def test_an_unknown_name_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    _answer_names(monkeypatch, [])
    assert _failure(8000, host=HOST) == Failure.UNKNOWN_NAME


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: time.sleep(2))
    began = time.monotonic()
    assert _failure(8000, host=HOST) == Failure.TIMED_OUT
    assert time.monotonic() - began < 1.5


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(OK) as proxy, serving(OK) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        _post(server.port)
    assert (len(proxy.requests), len(server.requests)) == (0, 1)


def test_a_name_that_points_inside_a_moment_later_reaches_only_what_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(OK) as outer, serving(OK, host="::1", port=outer.port) as inner:
        asked = _answer_names(monkeypatch, ["127.0.0.1"], ["::1"])
        assert _post(outer.port, host=HOST) == Outcome(200)
    assert (len(outer.requests), len(inner.requests), len(asked)) == (1, 0, 1)
    assert f"Host: {HOST}:{outer.port}".encode() in outer.requests[0]


def test_a_check_before_the_call_would_be_deceived(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative twin: asking first and calling by name reaches the inner server."""
    with serving(OK) as outer, serving(OK, host="::1", port=outer.port) as inner:
        _answer_names(monkeypatch, ["127.0.0.1"], ["::1"])
        assert is_allowed(socket.getaddrinfo(HOST, outer.port)[0][4][0])
        connection = http.client.HTTPConnection(HOST, outer.port, timeout=1)
        connection.request("POST", "/")
        connection.getresponse().read()
        connection.close()
    assert (len(outer.requests), len(inner.requests)) == (0, 1)


def test_of_several_addresses_only_allowed_ones_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(OK) as outer, serving(OK, host="::1", port=outer.port) as inner:
        _answer_names(monkeypatch, ["::1", "127.0.0.1"])
        assert _post(outer.port, host=HOST).status == 200
        _answer_names(monkeypatch, ["::1"])
        assert _failure(outer.port, host=HOST) == Failure.REFUSED
    assert inner.requests == []


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("120", 120), ("0", 0), ("999999999999", 86_400), ("soon", None), ("-1", None), ("１", None)],
)
def test_retry_after_is_read_as_seconds(given: str, seconds: int | None) -> None:
    answer = f"HTTP/1.1 429 Slow down\r\nRetry-After: {given}\r\nContent-Length: 0\r\n\r\n"
    with serving(answer.encode()) as server:
        assert _post(server.port) == Outcome(429, seconds)


def test_retry_after_is_read_as_a_date() -> None:
    later = http_date(timezone.now().timestamp() + 300)
    answer = f"HTTP/1.1 503 Away\r\nRetry-After: {later}\r\nContent-Length: 0\r\n\r\n"
    with serving(answer.encode()) as server:
        assert _post(server.port).retry_after_seconds in range(295, 301)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An authority that this test trusts."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    outbound._tls_context.cache_clear()
    yield made
    outbound._tls_context.cache_clear()


def _server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_https_goes_to_the_checked_address_under_the_name(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answer_names(monkeypatch, ["127.0.0.1"])
    with serving(OK, tls=_server_context(authority.certificate_for(HOST))) as server:
        assert _post(server.port, scheme="https", host=HOST) == Outcome(200)
    assert server.names == [HOST]
    assert f"Host: {HOST}:{server.port}".encode() in server.requests[0]


def test_a_certificate_for_another_name_is_refused(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answer_names(monkeypatch, ["127.0.0.1"])
    with serving(OK, tls=_server_context(authority.certificate_for("other.test"))) as server:
        assert _failure(server.port, scheme="https", host=HOST) == Failure.CERTIFICATE
    assert server.requests == []


def test_a_certificate_of_nobody_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _answer_names(monkeypatch, ["127.0.0.1"])
    with serving(OK, tls=_server_context(Authority(tmp_path).certificate_for(HOST))) as server:
        assert _failure(server.port, scheme="https", host=HOST) == Failure.CERTIFICATE


@pytest.mark.parametrize("pause_seconds", [0.2])
def test_a_dribbling_server_is_left_after_the_total_time_over_tls_too(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, pause_seconds: float
) -> None:
    _answer_names(monkeypatch, ["127.0.0.1"])
    context = _server_context(authority.certificate_for(HOST))
    with serving(one_byte_at_a_time(OK, pause_seconds), tls=context) as server:
        began = time.monotonic()
        assert _failure(server.port, scheme="https", host=HOST) == Failure.TIMED_OUT
    assert time.monotonic() - began < 4


def test_a_server_that_never_shakes_hands_is_left_after_the_total_time(authority: Authority) -> None:
    with serving(lambda _connection: time.sleep(2)) as server:
        began = time.monotonic()
        assert _failure(server.port, scheme="https") == Failure.TIMED_OUT
    assert time.monotonic() - began < 4


def _answer_names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """The system's resolver gives these answers, one after the other, the last one again and again."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *words: Any, **more: Any) -> Any:
        if host != HOST:
            return real(host, port, *words, **more)
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [
            (
                socket.AF_INET6 if ":" in each else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (each, port, 0, 0) if ":" in each else (each, port),
            )
            for each in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked
