"""What the API costs beside a bare view of the same framework over the same rows, in the same process."""

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bench.facts import run
from bench.report import Row, cost, limit, share
from bench.sizes import Size

ROUNDS = 5
SECONDS_EACH = 0.6
BULK_ROWS = 500
TASKS = 2_000


def rows(size: Size, _data: Path) -> Iterable[Row]:
    """List and detail, create and change of status, and what a row costs in bulk."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    member, headers = _house()
    task_id, version = _tasks(member)
    detail = f"/api/v1/tasks/{task_id}/"
    with _bare_views(member):
        yield from _reads(client, headers, detail, task_id)
        yield from _authorisation(client, headers, task_id)
        bare = _rate([lambda: _get(client, f"/api/bare/{task_id}/", {})])[0]
        yield from _writes(client, headers, detail, version, bare)
    yield from _bulk(client, headers)


def _reads(client: Any, headers: dict[str, str], detail: str, task_id: int) -> Iterable[Row]:
    path = "/api/v1/tasks/?state=open&limit=50"
    bare, ours = _rate([lambda: _get(client, "/api/bare/", {}), lambda: _get(client, path, headers)])
    yield share("list of 50 tasks beside a bare DRF view of them", ours, "1/s", bare, 0.6)
    bare, ours = _rate(
        [lambda: _get(client, f"/api/bare/{task_id}/", {}), lambda: _get(client, detail, headers)]
    )
    yield share("one task beside a bare DRF view of it", ours, "1/s", bare, 0.6)


def _authorisation(client: Any, headers: dict[str, str], task_id: int) -> Iterable[Row]:
    """What it takes to know who asks and whether they may, and which part of it takes how long."""
    from django.http import HttpRequest

    from common.api.limits import take
    from people.authentication import quotas_of
    from people.services import use_token

    secret = headers["Authorization"].removeprefix("Bearer ")
    token = use_token(secret)
    assert token is not None
    quotas = quotas_of(token)
    checked, unchecked, looked_up, counted = _rate(
        [
            lambda: _get(client, f"/api/v1/tasks/{task_id}/", headers),
            lambda: _get(client, f"/api/unchecked/{task_id}/", {}),
            lambda: use_token(secret),
            lambda: take(HttpRequest(), quotas),
        ]
    )
    name = "one task with token, scope and quotas checked, beside the same view unchecked"
    yield cost(name, 1_000 / checked, "ms", 1_000 / unchecked, 1.6)
    yield limit("of it: a token looked up with its member and role", 1e6 / looked_up, "µs")
    yield limit("of it: a request counted against two quotas", 1e6 / counted, "µs")


def _writes(client: Any, headers: dict[str, str], detail: str, version: int, bare: float) -> Iterable[Row]:
    def create() -> None:
        _send(client, ("POST", "/api/v1/tasks/"), {"title": "New"}, headers, 201)

    def move() -> None:
        moved["version"] += 1
        status = ("in_progress", "todo")[moved["version"] % 2]
        condition = {"If-Match": f'"v{moved["version"] - 1}"'}
        _send(client, ("PATCH", detail), {"status": status}, headers | condition, 200)

    moved = {"version": version}
    for name, write in (("a new task", create), ("a change of status", move)):
        rate = _rate([write])[0]
        yield share(f"{name}, with event, history and facts, beside a bare detail", rate, "1/s", bare, 0.25)


def _bulk(client: Any, headers: dict[str, str]) -> Iterable[Row]:
    body = {"rows": [{"method": "create", "fields": {"title": f"Row {n}"}} for n in range(BULK_ROWS)]}
    started = time.perf_counter()
    _send(client, ("POST", "/api/v1/tasks/bulk/"), body, headers, 200)
    milliseconds = (time.perf_counter() - started) * 1_000 / BULK_ROWS
    yield limit(f"a new task among {BULK_ROWS} in one request", milliseconds, "ms")


def _rate(actions: list[Callable[[], object]]) -> list[float]:
    """Requests per second of each, the best of several rounds that alternate between them."""
    for action in actions:
        action()
    best = [0.0] * len(actions)
    for _round in range(ROUNDS):
        for number, action in enumerate(actions):
            done, until = 0, time.perf_counter() + SECONDS_EACH
            started = time.perf_counter()
            while time.perf_counter() < until:
                action()
                done += 1
            best[number] = max(best[number], done / (time.perf_counter() - started))
    return best


def _get(client: Any, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.content
    assert answer.content


def _send(client: Any, asked: tuple[str, str], body: Any, headers: dict[str, str], expected: int) -> None:
    method, path = asked
    answer = client.generic(
        method, path, data=json.dumps(body), content_type="application/json", headers=headers
    )
    assert answer.status_code == expected, answer.content


def _house() -> tuple[Any, dict[str, str]]:
    """A manager of a new organization, and the headers of their token."""
    from django.conf import settings

    from common.tenancy import enter
    from people import services
    from people.choices import Role, Scope

    # Counted as in production, but never refused.
    settings.API_LIMIT_PER_TOKEN = settings.API_LIMIT_PER_ORGANIZATION = 10**9
    organization = services.create_organization(slug="api-bench", name_en="API")
    member = services.add_member(
        organization=organization, email="api@bench.test", name="Api", role=Role.MANAGER
    )
    enter(organization.pk)
    _token, secret = services.create_token(by=member, name="bench", scopes=list(Scope))
    return member, {"Authorization": f"Bearer {secret}"}


def _tasks(member: Any) -> tuple[int, int]:
    """So many tasks with everything a row shows; the id and version of one."""
    from people.choices import Role
    from people.models import Membership
    from people.services import create_team
    from tasks import services
    from tasks.models import Task, Transition

    Membership.objects.filter(pk=member.pk).update(role=Role.ADMIN)
    member.refresh_from_db()
    team = create_team(by=member, name_en="Team")
    project = services.create_project(by=member, key="P", name_en="Project")
    first = services.create_task(
        by=member, title="Task", team_id=team.pk, project_id=project.pk, assignee_id=member.pk
    )
    given = {
        name: getattr(first, name)
        for name in ("organization_id", "team_id", "project_id", "assignee_id", "opened_at", "status")
    }
    made = Task.objects.bulk_create(
        [Task(title=f"Task {number}", description="Words " * 20, **given) for number in range(TASKS)]
    )
    Transition.objects.bulk_create(
        [Transition(task=task, at=task.opened_at, status=task.status, by=member) for task in made]
    )
    # As a table of that age is: what the planner knows must not change in the middle of a row.
    run("ANALYZE")
    return first.pk, first.version


class _bare_views:  # noqa: N801 - a context manager
    """Routes of two views that only read and write the rows: no token, filters, pages or permissions.

    And of our own view of a task, open to everybody as this member.
    """

    def __init__(self, member: Any) -> None:
        self.member = member

    def __enter__(self) -> None:
        from django.urls import clear_url_caches, path

        import opsteam.urls

        self.urls = opsteam.urls
        self.before = list(opsteam.urls.urlpatterns)
        many, one = _bare(self.member.organization_id)
        opsteam.urls.urlpatterns[:0] = [
            path("api/bare/", many),
            path("api/bare/<int:task_id>/", one),
            path("api/unchecked/<int:task_id>/", _unchecked(self.member)),
        ]
        clear_url_caches()

    def __exit__(self, *_error: object) -> None:
        from django.urls import clear_url_caches

        self.urls.urlpatterns[:] = self.before
        clear_url_caches()


def _bare(organization_id: int) -> tuple[Any, Any]:
    from rest_framework.request import Request
    from rest_framework.response import Response
    from rest_framework.views import APIView

    from common.tenancy import acting_for
    from tasks.models import Task
    from tasks.serializers import TaskOutput

    class Bare(APIView):
        authentication_classes = ()
        permission_classes = ()
        links = ("assignee__user", "team", "project", "goal")

    class Many(Bare):
        def get(self, request: Request) -> Response:
            with acting_for(organization_id):
                found = Task.objects.filter(organization_id=organization_id).select_related(*self.links)
                return Response(TaskOutput(found.order_by("-id")[:50], many=True).data)

    class One(Bare):
        def get(self, request: Request, task_id: int) -> Response:
            with acting_for(organization_id):
                found = Task.objects.select_related(*self.links)
                return Response(TaskOutput(found.get(organization_id=organization_id, pk=task_id)).data)

    return Many.as_view(), One.as_view()


def _unchecked(member: Any) -> Any:
    from rest_framework.authentication import BaseAuthentication
    from rest_framework.request import Request

    from common.tenancy import enter
    from tasks.api import TaskResource

    class Known(BaseAuthentication):
        def authenticate(self, request: Request) -> tuple[Any, Any]:
            enter(member.organization_id)
            request._request.membership = member  # type: ignore[attr-defined] # as the token would
            return member.user, member

    class Unchecked(TaskResource):
        authentication_classes = (Known,)
        permission_classes = ()

    return Unchecked.as_view()
