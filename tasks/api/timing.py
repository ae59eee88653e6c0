"""The REST doors to the time that was spent on tasks."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.inputs import read_body
from common.api.resources import Collection, SingleByDigest, new_row, told_with_digest
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership
from tasks import selectors, services
from tasks.models import TimeEntry
from tasks.serializers import TimeInput, TimeOutput


class TimeCollection(Collection):
    """The entries on one task that the reader may see."""

    scopes = {"GET": Scope.TASKS_READ, "POST": Scope.TASKS_WRITE}
    output = TimeOutput
    model = TimeEntry

    def rows(self, actor: Membership) -> QuerySet[TimeEntry]:
        """The reader's own and, for leads, those of the members of their teams."""
        task = selectors.get_task(actor, self.kwargs["task_id"])
        return selectors.time_entries(actor).filter(task=task.pk)

    @extend_schema(operation_id="tasks_time_list", responses=TimeOutput(many=True))
    def get(self, request: Request, task_id: int) -> HttpResponse:
        """List the time entries on a task: your own and, where you lead a team, those of its members."""
        return self.listed(request)

    @extend_schema(operation_id="tasks_time_note", request=TimeInput, responses={201: TimeOutput})
    @idempotent
    def post(self, request: Request, task_id: int) -> Response:
        """Note time that you worked on a task."""
        given = read_body(TimeInput, request)
        made = services.log_time(by=acting(request), task_id=task_id, **given)
        return new_row(TimeOutput(made), "tasks-api:time-entry", task_id, made.pk)


class TimeResource(SingleByDigest):
    """One time entry."""

    scopes = {"GET": Scope.TASKS_READ, "DELETE": Scope.TASKS_WRITE}
    output = TimeOutput

    @extend_schema(operation_id="tasks_time_read", responses=TimeOutput)
    def get(self, request: Request, task_id: int, entry_id: int) -> HttpResponse:
        """Read an entry of your own or, where you lead a team, of one of its members."""
        return self.shown(request, selectors.get_entry(acting(request), task_id, entry_id))

    @extend_schema(operation_id="tasks_time_remove", responses={204: OpenApiResponse(description="Removed.")})
    def delete(self, request: Request, task_id: int, entry_id: int) -> Response:
        """Remove an entry of your own."""
        actor = acting(request)
        entry = TimeEntry.objects.visible_to(actor).filter(pk=entry_id)
        with self.holding(request, lambda: selectors.get_entry(actor, task_id, entry_id), entry):
            services.remove_time(by=actor, entry_id=entry_id)
        return Response(status=204)


class Timer(APIView):
    """The member's timer on a task."""

    scopes = {"POST": Scope.TASKS_WRITE, "DELETE": Scope.TASKS_WRITE}

    @extend_schema(
        operation_id="tasks_timer_start", request=None, responses={200: TimeOutput, 201: TimeOutput}
    )
    @idempotent
    def post(self, request: Request, task_id: int) -> Response:
        """Start your timer on a task; it stops on any other. Where it runs already, it goes on (200)."""
        entry, is_new = services.start_timer(by=acting(request), task_id=task_id)
        return new_row(TimeOutput(entry), "tasks-api:time-entry", task_id, entry.pk, is_new=is_new)

    @extend_schema(
        operation_id="tasks_timer_stop",
        responses={200: TimeOutput, 204: OpenApiResponse(description="It did not run on this task.")},
    )
    def delete(self, request: Request, task_id: int) -> Response:
        """Stop your timer, if it runs on this task; answers the entry that ended."""
        actor = acting(request)
        selectors.get_task(actor, task_id)
        ended = services.stop_timer(by=actor, task_id=task_id)
        return Response(status=204) if ended is None else told_with_digest(TimeOutput(ended).data)
