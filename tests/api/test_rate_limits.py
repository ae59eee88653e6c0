"""How often a token and an organization may ask: counted exactly, told in headers, and never in anybody's way."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from redis import Redis

from common.api import limits
from common.api.limits import Quota, TooManyRequests, take
from opsteam.embedded.redis import EmbeddedRedis
from people.choices import Scope
from tests.api.conftest import ApiClient
from tests.conftest import Cast

CLIENTS = 16
ME = "/api/v1/me/"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """A Redis of our own, which a test may stop."""
    redis = EmbeddedRedis(Path(tmp_path_factory.mktemp("redis")), fast=True)
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture(autouse=True)
def counting(server: EmbeddedRedis, settings: Any) -> Iterator[None]:
    """Counts in the server of this file, which is up and empty; the process has not heard of any failure."""
    settings.REDIS_URL = server.url
    limits.breaker.close()
    Redis.from_url(server.url).flushall()
    yield
    limits.breaker.close()


def let_through(ask: Callable[[], None], requests: int) -> int:
    """How many of so many parallel requests were not refused."""

    def one(_number: int) -> bool:
        try:
            ask()
        except TooManyRequests:
            return False
        return True

    with ThreadPoolExecutor(CLIENTS) as clients:
        return sum(clients.map(one, range(requests)))


def asking(*quotas: Quota) -> Callable[[], None]:
    """A request that counts against the quotas."""
    return lambda: take(RequestFactory().get("/"), quotas)


@pytest.mark.parametrize("quota", [1, 7, 60])
def test_parallel_clients_get_exactly_their_quota(quota: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # A window so long that nothing of it comes back during the test.
    monkeypatch.setattr(limits, "WINDOW_SECONDS", 86_400)
    assert let_through(asking(Quota("token", "a", quota)), 5 * quota + CLIENTS) == quota


def test_the_narrower_of_two_quotas_decides_and_a_refusal_costs_neither(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "WINDOW_SECONDS", 86_400)
    both = (Quota("token", "a", 5), Quota("organization", "o", 12))
    assert let_through(asking(*both), 40) == 5
    assert let_through(asking(Quota("token", "b", 50), both[1]), 40) == 7


def test_reading_and_then_writing_lets_too_many_through(server: EmbeddedRedis) -> None:
    """The negative twin: the same rule in two steps, as a cache would do it."""
    client = Redis.from_url(server.url)

    def ask() -> None:
        used = int(client.get("naive") or 0)  # type: ignore[arg-type] # the synchronous client
        if used >= 20:
            raise TooManyRequests(1)
        time.sleep(0.001)
        client.set("naive", used + 1)

    assert let_through(ask, 100) > 20


def test_a_quota_comes_back_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WINDOW_SECONDS", 2)
    ask = asking(Quota("token", "a", 20))
    assert let_through(ask, 60) in range(20, 26)
    time.sleep(1)
    assert let_through(ask, 60) in range(10, 16)


def test_every_answer_tells_the_quotas_and_a_refusal_when_to_come_back(cast: Cast, settings: Any) -> None:
    settings.API_LIMIT_PER_TOKEN, settings.API_LIMIT_PER_ORGANIZATION = 3, 100
    api = ApiClient(cast.ana, Scope.KPIS_READ)
    first = api.send("GET", ME)
    assert first["RateLimit-Policy"] == '"token";q=3;w=60, "organization";q=100;w=60'
    assert first["RateLimit"] == '"token";r=2;t=20, "organization";r=99;t=1'
    assert api.send("GET", "/api/v1/tasks/").status_code == 403
    assert api.send("GET", "/api/v1/kpis/?nonsense=1")["RateLimit"].startswith('"token";r=0')
    refused = api.send("GET", ME)
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused["Retry-After"]) <= 20
    assert refused["RateLimit"].startswith('"token";r=0')
    assert ApiClient(cast.ben).send("GET", ME).status_code == 200


def test_the_tokens_of_an_organization_share_its_quota(cast: Cast, settings: Any) -> None:
    settings.API_LIMIT_PER_TOKEN, settings.API_LIMIT_PER_ORGANIZATION = 50, 4
    answers = [ApiClient(member).send("GET", ME).status_code for member in (cast.ana, cast.ben) * 3]
    assert answers == [200, 200, 200, 200, 429, 429]
    assert ApiClient(cast.dan).send("GET", ME).status_code == 200


def test_whoever_has_no_token_uses_up_nobodys_quota(cast: Cast, settings: Any) -> None:
    settings.API_LIMIT_PER_TOKEN, settings.API_LIMIT_PER_ORGANIZATION = 1, 1
    for _time in range(3):
        wrong = {"Authorization": "Bearer ops_1_wrong"}
        assert ApiClient(None).send("GET", ME, **wrong).status_code == 401
    assert ApiClient(cast.ana).send("GET", ME).status_code == 200


def test_without_redis_requests_go_on_and_few_of_them_wait(
    cast: Cast, settings: Any, server: EmbeddedRedis, caplog: pytest.LogCaptureFixture
) -> None:
    settings.API_LIMIT_PER_TOKEN = 2
    api = ApiClient(cast.ana)
    server.stop()
    try:
        assert [api.send("GET", ME).status_code for _time in range(5)] == [200] * 5
    finally:
        server.start()
    assert [record.message for record in caplog.records].count("limits.not_counted") == 1
    limits.breaker.close()
    assert [api.send("GET", ME).status_code for _time in range(3)] == [200, 200, 429]


def test_a_hung_redis_costs_a_process_a_quarter_of_a_second(
    cast: Cast, settings: Any, server: EmbeddedRedis
) -> None:
    settings.API_LIMIT_PER_TOKEN = 1
    api = ApiClient(cast.ana)
    api.send("GET", ME)
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        waited = []
        for _time in range(5):
            started = time.perf_counter()
            assert api.send("GET", ME).status_code == 200
            waited.append(time.perf_counter() - started)
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    assert limits.REDIS_WAIT_SECONDS <= waited[0] < 2
    assert sum(waited[1:]) < 1
    limits.breaker.close()
    assert api.send("GET", ME).status_code == 429


def test_a_flushed_redis_starts_counting_anew(cast: Cast, settings: Any, server: EmbeddedRedis) -> None:
    settings.API_LIMIT_PER_TOKEN = 1
    api = ApiClient(cast.ana)
    client = Redis.from_url(server.url)
    assert [api.send("GET", ME).status_code for _time in range(2)] == [200, 429]
    client.flushall()
    client.script_flush()
    assert [api.send("GET", ME).status_code for _time in range(2)] == [200, 429]
