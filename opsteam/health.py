"""Is the process alive, can it serve? For load balancers and supervisors, by whatever host name they ask."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis, RedisError

REDIS_WAIT_SECONDS = 1.0


class HealthMiddleware:
    """Answers `/health/…` before host names, sessions and languages matter."""

    migrated = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.checks = {"/health/live/": self.live, "/health/ready/": self.ready}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        check = self.checks.get(request.path_info)
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
        """200 where the database answers and is migrated; Redis is only told, because it holds mere hints."""
        state = {"database": self._database(), "redis": _redis()}
        ready = state["database"] == "ok"
        return JsonResponse(
            {"status": "ready" if ready else "not ready", **state}, status=200 if ready else 503
        )

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
