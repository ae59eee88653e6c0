"""What Prometheus may ask: traffic of this process, and the state of the work that waits in the database."""

import hmac
import json
import logging
import time
from collections.abc import Iterator
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import Redis, RedisError

from opsteam.operating.gauges import GAUGES

logger = logging.getLogger(__name__)

PATH = "/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REDIS_WAIT_SECONDS = 1.0
QUEUE = "celery"

registry = CollectorRegistry(auto_describe=False)
ProcessCollector(registry=registry)
_requests = Counter(
    "opsteam_http_requests", "Requests by route and status", ("method", "route", "status"), registry=registry
)
_seconds = Histogram(
    "opsteam_http_request_seconds",
    "Time to an answer by route",
    ("method", "route"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=registry,
)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """A request was answered."""
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(method, route).observe(seconds)


def page() -> bytes:
    """Everything in Prometheus' text format."""
    return generate_latest(registry)


def is_asked(request: HttpRequest) -> bool:
    """Whether a program asks; a person who types the address means the list of metrics of KPIs."""
    return "Authorization" in request.headers or may_read(request)


def may_read(request: HttpRequest) -> bool:
    """Whoever has the token of OPSTEAM_METRICS_TOKEN; in the embedded mode also a program of this machine.

    Never by address alone elsewhere: behind a proxy everybody comes from this machine.
    """
    scheme, _space, presented = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return hmac.compare_digest(presented.strip().encode(), settings.METRICS_TOKEN.encode())
    return settings.MODE == "embedded" and _is_local_program(request)


def _is_local_program(request: HttpRequest) -> bool:
    if "X-Forwarded-For" in request.headers or "text/html" in request.headers.get("Accept", ""):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class WaitingWork(Collector):
    """Asks the database and Redis at each scrape; what cannot be asked is missing, and said by `opsteam_up`."""

    def collect(self) -> Iterator[Metric]:
        """All gauges."""
        up = GaugeMetricFamily("opsteam_up", "Whether a server could be asked", labels=("server",))
        is_up = True
        try:
            yield from _gauges()
        except DatabaseError as error:
            is_up = False
            connection.close()
            logger.warning("operating.metrics_without_database", extra={"error": type(error).__name__})
        up.add_metric(("postgresql",), is_up)
        queue = list(_queue())
        up.add_metric(("redis",), bool(queue))
        yield from queue
        yield up


def _gauges() -> list[Metric]:
    families = {name: GaugeMetricFamily(name, each.says, labels=each.labels) for name, each in GAUGES.items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, labels, value FROM opsteam_gauges()")
        for name, labels, value in cursor.fetchall():
            families[name].add_metric(labels, value)
    return list(families.values())


def _queue() -> Iterator[Metric]:
    """Messages that wait in Redis and the age of the oldest; nothing where Redis does not answer."""
    client = Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_WAIT_SECONDS, socket_connect_timeout=REDIS_WAIT_SECONDS
    )
    try:
        length, oldest = client.llen(QUEUE), client.lindex(QUEUE, -1)
    except (RedisError, OSError):
        return
    finally:
        client.close()
    yield GaugeMetricFamily(
        "opsteam_queue_messages", "Messages that no worker has taken", value=float(length)
    )
    age = time.time() - _sent_at(oldest) if oldest else 0.0
    yield GaugeMetricFamily(
        "opsteam_queue_oldest_seconds", "Age of the message that has waited longest", value=max(age, 0.0)
    )


def _sent_at(message: bytes | str) -> float:
    try:
        return float(json.loads(message)["headers"]["sent_at"])
    except (ValueError, KeyError, TypeError):
        return time.time()


registry.register(WaitingWork())
