"""The REST doors to tasks."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import expected_version, not_modified, version_etag, with_etag
from people.access import acting, idempotent
from people.choices import Scope
from tasks import selectors, services
from tasks.filters import TaskFilter
from tasks.models import Task
from tasks.serializers import SignalTaskInput, TaskInput, TaskOutput, TaskPatch


class TaskCollection(GenericAPIView[Task]):
    """All tasks of the organization, newest first."""

    scopes = {"GET": Scope.TASKS_READ, "POST": Scope.TASKS_WRITE}
    filterset_class = TaskFilter
    serializer_class = TaskOutput

    def get_queryset(self) -> QuerySet[Task]:
        """What the token's member may see."""
        if getattr(self, "swagger_fake_view", False):
            return Task.objects.none()
        return selectors.task_list(acting(self.request))

    @extend_schema(operation_id="tasks_list", responses=TaskOutput(many=True))
    def get(self, request: Request) -> Response:
        """List tasks."""
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(TaskOutput(page, many=True).data)

    @extend_schema(operation_id="tasks_create", request=TaskInput, responses={201: TaskOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a task."""
        given = TaskInput(data=request.data)
        given.is_valid(raise_exception=True)
        actor = acting(request)
        task = services.create_task(by=actor, **given.validated_data)
        response = _answer(selectors.get_task(actor, task.pk), status=201)
        response["Location"] = reverse("tasks-api:detail", args=[task.pk])
        return response


class TaskResource(APIView):
    """One task."""

    scopes = {"GET": Scope.TASKS_READ, "PATCH": Scope.TASKS_WRITE, "DELETE": Scope.TASKS_WRITE}

    @extend_schema(operation_id="tasks_read", responses=TaskOutput)
    def get(self, request: Request, task_id: int) -> HttpResponse:
        """Read a task."""
        task = selectors.get_task(acting(request), task_id)
        return not_modified(request, version_etag(task.version)) or _answer(task)

    @extend_schema(operation_id="tasks_change", request=TaskPatch, responses=TaskOutput)
    def patch(self, request: Request, task_id: int) -> Response:
        """Change a task; needs If-Match."""
        version = expected_version(request)
        given = TaskPatch(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        actor = acting(request)
        services.edit_task(by=actor, task_id=task_id, version=version, **given.validated_data)
        return _answer(selectors.get_task(actor, task_id))

    @extend_schema(operation_id="tasks_delete", responses={204: OpenApiResponse(description="Deleted.")})
    def delete(self, request: Request, task_id: int) -> Response:
        """Delete a task created by mistake; needs If-Match. Refused (409) where feedback is linked to it."""
        version = expected_version(request)
        services.delete_task(by=acting(request), task_id=task_id, version=version)
        return Response(status=204)


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
        response = _answer(selectors.get_task(actor, task.pk), status=201)
        response["Location"] = reverse("tasks-api:detail", args=[task.pk])
        return response


def _answer(task: Task, status: int = 200) -> Response:
    return with_etag(Response(TaskOutput(task).data, status=status), version_etag(task.version))
