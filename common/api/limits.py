"""How often a token and an organization may ask: exact under parallel clients, and in nobody's way without Redis."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from common.errors import Refusal
from common.queue import Breaker

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60
REDIS_WAIT_SECONDS = 0.25
MICROSECONDS = 1_000_000
# The generic cell rate algorithm. A key holds the moment at which its quota is whole again, in µs of Redis's own clock;
# every request moves it on by one step, and none may move it further than a window ahead. All quotas or none are taken,
# in one script that nothing can come between.
TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local wait, whole, moved = 0, {}, {}
for i, key in ipairs(KEYS) do
    local requests, step = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    whole[i] = math.max(tonumber(redis.call('GET', key) or '0'), now)
    moved[i] = whole[i] + step
    wait = math.max(wait, moved[i] - requests * step - now)
end
local answer = {string.format('%.0f', wait)}
for i, key in ipairs(KEYS) do
    if wait == 0 then
        whole[i] = moved[i]
        redis.call('SET', key, string.format('%.0f', whole[i]), 'PX', math.ceil((whole[i] - now) / 1000))
    end
    table.insert(answer, string.format('%.0f', whole[i] - now))
end
return answer
"""


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests in any stretch of `WINDOW_SECONDS`, for whom `key` names; `name` tells clients which it is."""

    name: str
    key: str
    requests: int

    @property
    def step_microseconds(self) -> int:
        """How long one request uses of the window; whole, so that sums are exact."""
        return ceil(WINDOW_SECONDS * MICROSECONDS / self.requests)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a quota after this request, and when it is whole again."""

    quota: Quota
    remaining: int
    reset_seconds: int


class TooManyRequests(Refusal):
    """A quota is used up; `Retry-After` says when one more request is welcome."""

    code = "too_many_requests"
    status = 429
    sentence = _("Too many requests. Wait as long as Retry-After says, then go on.")

    def __init__(self, wait_seconds: float) -> None:
        super().__init__(wait_seconds=wait_seconds)


def take(request: HttpRequest, quotas: Sequence[Quota]) -> None:
    """Count this request against the quotas, or refuse it without counting (429); the answer's headers tell.

    Quotas of 0 requests do not limit. Without Redis the request goes on uncounted; an unreachable one costs a process
    a quarter of a second every few.
    """
    limiting = [quota for quota in quotas if quota.requests]
    if not limiting or not breaker.lets_through():
        return
    try:
        wait, *used = _taken(limiting)
    except (RedisError, OSError) as error:
        breaker.open()
        logger.warning("limits.not_counted", extra={"error": type(error).__name__})
        return
    breaker.close()
    request.allowances = [  # type: ignore[attr-defined] # read by the middleware
        _allowance(quota, microseconds) for quota, microseconds in zip(limiting, used, strict=True)
    ]
    if wait:
        raise TooManyRequests(wait / MICROSECONDS)


def _taken(quotas: Sequence[Quota]) -> list[int]:
    """µs to wait (0: taken), and for each quota how much of its window is used."""
    numbers = [number for quota in quotas for number in (quota.requests, quota.step_microseconds)]
    answer: Any = _script(settings.REDIS_URL)(keys=[f"limit:{quota.key}" for quota in quotas], args=numbers)
    return [int(each) for each in answer]


def _allowance(quota: Quota, used_microseconds: int) -> Allowance:
    remaining = quota.requests - ceil(used_microseconds / quota.step_microseconds)
    return Allowance(quota, max(0, remaining), ceil(used_microseconds / MICROSECONDS))


@cache
def _script(url: str) -> Any:
    """The script on a pool of connections that give up soon and never try twice."""
    client = Redis.from_url(
        url,
        socket_timeout=REDIS_WAIT_SECONDS,
        socket_connect_timeout=REDIS_WAIT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return client.register_script(TAKE)


class RateLimitMiddleware:
    """Tells API clients their quotas in every answer (draft-ietf-httpapi-ratelimit-headers-10)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        allowances: list[Allowance] = getattr(request, "allowances", [])
        if allowances:
            response["RateLimit-Policy"] = ", ".join(
                f'"{each.quota.name}";q={each.quota.requests};w={WINDOW_SECONDS}' for each in allowances
            )
            response["RateLimit"] = ", ".join(
                f'"{each.quota.name}";r={each.remaining};t={each.reset_seconds}' for each in allowances
            )
        return response


breaker = Breaker()
