"""Is the process alive, can it serve, how is it? For load balancers, supervisors and Prometheus, by any host name."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis, RedisError

from opsteam.operating import heartbeat, metrics

REDIS_WAIT_SECONDS = 1.0


class HealthMiddleware:
    """Answers `/health/…` and `/metrics` before host names, sessions and languages matter."""

    migrated = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.checks = {"/health/live/": self.live, "/health/ready/": self.ready}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        check = self.checks.get(request.path_info)
        if request.path_info == metrics.PATH and metrics.is_asked(request):
            check = partial(self.metrics, request)
        if check is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = check()
        response["Cache-Control"] = "no-store"
        return response

    def live(self) -> HttpResponse:
        """200 as long as the process answers at all."""
        return JsonResponse({"status": "alive"})

    def ready(self) -> HttpResponse:
        """200 where the database answers and is migrated.

        Redis, workers and beats are only told: a web server that is taken away because they are would help nobody.
        """
        state = {"database": self._database(), "redis": _redis()}
        state |= _pulse() if state["database"] == "ok" else {}
        ready = state["database"] == "ok"
        return JsonResponse(
            {"status": "ready" if ready else "not ready", **state}, status=200 if ready else 503
        )

    def metrics(self, request: HttpRequest) -> HttpResponse:
        """The page for Prometheus; 401 without the right token."""
        if not metrics.may_read(request):
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
        return HttpResponse(metrics.page(), content_type=metrics.CONTENT_TYPE)

    def _database(self) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if not self.migrated:
                executor = MigrationExecutor(connection)
                if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                    return "migrations missing"
                self.migrated = True
        except DatabaseError:
            connection.close()
            return "unreachable"
        return "ok"


def _pulse() -> dict[str, str]:
    try:
        return heartbeat.pulse().words()
    except DatabaseError:
        return {"worker": "unknown", "beat": "unknown"}


def _redis() -> str:
    client = Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=REDIS_WAIT_SECONDS,
        socket_connect_timeout=REDIS_WAIT_SECONDS,
    )
    try:
        client.ping()
    except (RedisError, OSError):
        return "unreachable"
    finally:
        client.close()
    return "ok"
