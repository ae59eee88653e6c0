"""The REST doors to tasks."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.bulk import BulkInput, BulkOutput, Doors, worked_off
from common.api.conditional import expected_version
from common.api.resources import Collection, Single, versioned
from kpis.services import facts_together
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership
from tasks import selectors, services
from tasks.filters import TaskFilter
from tasks.models import Task
from tasks.serializers import SignalTaskInput, TaskInput, TaskOutput, TaskPatch


class TaskCollection(Collection):
    """All tasks of the organization."""

    scopes = {"GET": Scope.TASKS_READ, "POST": Scope.TASKS_WRITE}
    filterset_class = TaskFilter
    output = TaskOutput
    model = Task

    def rows(self, actor: Membership) -> QuerySet[Task]:
        """All tasks with what a row shows."""
        return selectors.task_list(actor)

    @extend_schema(operation_id="tasks_list", responses=TaskOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List tasks."""
        return self.listed(request)

    @extend_schema(operation_id="tasks_create", request=TaskInput, responses={201: TaskOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a task."""
        given = TaskInput(data=request.data)
        given.is_valid(raise_exception=True)
        actor = acting(request)
        return _created(actor, services.create_task(by=actor, **given.validated_data).pk)


class TaskResource(Single):
    """One task."""

    scopes = {"GET": Scope.TASKS_READ, "PATCH": Scope.TASKS_WRITE, "DELETE": Scope.TASKS_WRITE}
    output = TaskOutput

    @extend_schema(operation_id="tasks_read", responses=TaskOutput)
    def get(self, request: Request, task_id: int) -> HttpResponse:
        """Read a task."""
        return self.shown(request, selectors.get_task(acting(request), task_id))

    @extend_schema(operation_id="tasks_change", request=TaskPatch, responses=TaskOutput)
    def patch(self, request: Request, task_id: int) -> Response:
        """Change a task; needs If-Match."""
        version = expected_version(request)
        given = TaskPatch(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        actor = acting(request)
        services.edit_task(by=actor, task_id=task_id, version=version, **given.validated_data)
        task = selectors.get_task(actor, task_id)
        return versioned(TaskOutput(task), task.version)

    @extend_schema(operation_id="tasks_delete", responses={204: OpenApiResponse(description="Deleted.")})
    def delete(self, request: Request, task_id: int) -> Response:
        """Delete a task created by mistake; needs If-Match. Refused (409) where feedback is linked to it."""
        version = expected_version(request)
        services.delete_task(by=acting(request), task_id=task_id, version=version)
        return Response(status=204)


class TaskBulk(APIView):
    """Many tasks at once."""

    scopes = {"POST": Scope.TASKS_WRITE}

    @extend_schema(operation_id="tasks_bulk", request=BulkInput, responses=BulkOutput)
    @idempotent
    def post(self, request: Request) -> Response:
        """Create, update and delete up to 500 tasks; each row has its own result, and a refused one changes nothing."""
        return Response(worked_off(request.data, _doors(acting(request))))


class SignalTasks(APIView):
    """The task of a signal."""

    scopes = {"POST": Scope.TASKS_WRITE}

    @extend_schema(operation_id="signals_open_task", request=SignalTaskInput, responses={201: TaskOutput})
    @idempotent
    def post(self, request: Request, signal_id: int) -> Response:
        """Open a task that looks into a signal; a signal has one."""
        given = SignalTaskInput(data=request.data)
        given.is_valid(raise_exception=True)
        actor = acting(request)
        task = services.open_task_for_signal(by=actor, signal_id=signal_id, **given.validated_data)
        return _created(actor, task.pk)


def _created(actor: Membership, task_id: int) -> Response:
    task = selectors.get_task(actor, task_id)
    location = reverse("tasks-api:detail", args=[task_id])
    return versioned(TaskOutput(task), task.version, status=201, location=location)


def _doors(actor: Membership) -> Doors:
    def create(fields: dict[str, Any]) -> tuple[int, int]:
        task = services.create_task(by=actor, **fields)
        return task.pk, task.version

    def update(task_id: int, version: int | None, fields: dict[str, Any]) -> tuple[int, int]:
        task = services.edit_task(by=actor, task_id=task_id, version=version, **fields)
        return task.pk, task.version

    def delete(task_id: int, version: int | None) -> None:
        services.delete_task(by=actor, task_id=task_id, version=version)

    return Doors(TaskInput, TaskPatch, create, update, delete, around=facts_together)
