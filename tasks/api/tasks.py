"""The REST doors to tasks."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.bulk import BulkInput, BulkOutput, Doors, worked_off
from common.api.conditional import expected_version
from common.api.inputs import read_body
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
    address = "tasks-api:detail"

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
        actor, given = acting(request), read_body(TaskInput, request)
        made = services.create_task(by=actor, **given)
        return self.created(selectors.get_task(actor, made.pk))


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
        changes = read_body(TaskPatch, request, partial=True)
        actor = acting(request)
        services.edit_task(by=actor, task_id=task_id, version=version, **changes)
        return self.changed(selectors.get_task(actor, task_id))

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
        actor, given = acting(request), read_body(SignalTaskInput, request)
        made = services.open_task_for_signal(by=actor, signal_id=signal_id, **given)
        task = selectors.get_task(actor, made.pk)
        location = reverse("tasks-api:detail", args=[task.pk])
        return versioned(TaskOutput(task), task.version, status=201, location=location)


def _doors(actor: Membership) -> Doors:
    return Doors(
        by=actor,
        row_id="task_id",
        new=TaskInput,
        change=TaskPatch,
        create=services.create_task,
        update=services.edit_task,
        remove=services.delete_task,
        around=facts_together,
    )
