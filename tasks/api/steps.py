"""The REST doors to the steps of tasks."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.inputs import read_body
from common.api.resources import Collection, SingleByDigest, new_row
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership
from tasks import selectors, services
from tasks.models import Step, Task
from tasks.serializers import StepInput, StepOutput, StepPatch


class StepCollection(Collection):
    """The checklist of one task."""

    scopes = {"GET": Scope.TASKS_READ, "POST": Scope.TASKS_WRITE}
    output = StepOutput
    model = Step

    def rows(self, actor: Membership) -> QuerySet[Step]:
        """All of them, with who checked each off."""
        return selectors.steps_of(actor, self.kwargs["task_id"])

    @extend_schema(operation_id="tasks_steps_list", responses=StepOutput(many=True))
    def get(self, request: Request, task_id: int) -> HttpResponse:
        """List the steps of a task; `position` is their order."""
        return self.listed(request)

    @extend_schema(operation_id="tasks_steps_add", request=StepInput, responses={201: StepOutput})
    @idempotent
    def post(self, request: Request, task_id: int) -> Response:
        """Add a step at the end."""
        given = read_body(StepInput, request)
        (made,) = services.add_steps(by=acting(request), task_id=task_id, texts=[given["text"]])
        return new_row(StepOutput(made), "tasks-api:step", task_id, made.pk)


class StepResource(SingleByDigest):
    """One step of a task."""

    scopes = {"GET": Scope.TASKS_READ, "PATCH": Scope.TASKS_WRITE, "DELETE": Scope.TASKS_WRITE}
    output = StepOutput

    @extend_schema(operation_id="tasks_steps_read", responses=StepOutput)
    def get(self, request: Request, task_id: int, step_id: int) -> HttpResponse:
        """Read a step."""
        return self.shown(request, selectors.get_step(acting(request), task_id, step_id))

    @extend_schema(operation_id="tasks_steps_change", request=StepPatch, responses=StepOutput)
    def patch(self, request: Request, task_id: int, step_id: int) -> Response:
        """Check a step off or open it again, give it another text, or move it."""
        actor, given = acting(request), read_body(StepPatch, request, partial=True)
        with self.holding(
            request, lambda: selectors.get_step(actor, task_id, step_id), _task(actor, task_id)
        ):
            step = services.change_step(by=actor, task_id=task_id, step_id=step_id, **given)
            return self.changed(step)

    @extend_schema(
        operation_id="tasks_steps_remove", responses={204: OpenApiResponse(description="Removed.")}
    )
    def delete(self, request: Request, task_id: int, step_id: int) -> Response:
        """Remove a step."""
        actor = acting(request)
        with self.holding(
            request, lambda: selectors.get_step(actor, task_id, step_id), _task(actor, task_id)
        ):
            services.remove_step(by=actor, task_id=task_id, step_id=step_id)
        return Response(status=204)


def _task(actor: Membership, task_id: int) -> QuerySet[Task]:
    """What every change of its steps waits for."""
    return Task.objects.visible_to(actor).filter(pk=task_id)
