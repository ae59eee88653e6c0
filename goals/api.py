"""The REST doors to goals."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import expected_version, version_etag, with_etag
from common.api.inputs import read_body
from common.api.resources import Collection, SingleByDigest, new_row, shape_of_row
from common.api.shaping import Shape, load
from common.errors import InvalidInput, Overtaken
from goals import selectors, services
from goals.filters import GoalFilter
from goals.models import CheckIn, Goal
from goals.serializers import (
    CheckInInput,
    CheckInOutput,
    GoalInput,
    GoalOutput,
    key_results_of,
    values_of,
)
from kpis.selectors import ids_of_kpis
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership

# What the services call the fields of a key result.
FIELDS = {"kpi_id": "kpi", "start_value": "start", "target_value": "target", "manual_value": "current"}


class GoalCollection(Collection):
    """All goals of the organization."""

    scopes = {"GET": Scope.GOALS_READ, "POST": Scope.GOALS_WRITE}
    filterset_class = GoalFilter
    output = GoalOutput
    model = Goal

    def rows(self, actor: Membership) -> QuerySet[Goal]:
        """All goals with what a row shows."""
        return selectors.goal_list(actor)

    def written(self, rows: Sequence[Goal], shape: Shape) -> Any:
        """The goals with their progress and pace of today."""
        load(rows, GoalOutput, shape)
        measured: Any = selectors.measured(acting(self.request), rows)
        return GoalOutput(measured, many=True, shape=shape).data

    @extend_schema(operation_id="goals_list", responses=GoalOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List goals with their progress and pace."""
        return self.listed(request)

    @extend_schema(operation_id="goals_create", request=GoalInput, responses={201: GoalOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Set a goal with its key results."""
        actor = acting(request)
        given = read_body(GoalInput, request)
        with _at_its_fields():
            goal = services.create_goal(by=actor, **_in_words(actor, given))
        response = _answer(actor, goal.pk, status=201)
        response["Location"] = reverse("goals-api:detail", args=[goal.pk])
        return response


class GoalResource(APIView):
    """One goal. Its ETag is the version, but progress moves without it, so it is always sent."""

    scopes = {"GET": Scope.GOALS_READ, "PATCH": Scope.GOALS_WRITE}
    output = GoalOutput

    @extend_schema(operation_id="goals_read", responses=GoalOutput)
    def get(self, request: Request, goal_id: int) -> Response:
        """Read a goal with its progress and pace."""
        return _answer(acting(request), goal_id, shape=shape_of_row(request, GoalOutput))

    @extend_schema(operation_id="goals_change", request=GoalInput, responses=GoalOutput)
    def patch(self, request: Request, goal_id: int) -> Response:
        """Change a goal; needs If-Match. `key_results` replaces all of them."""
        version = expected_version(request)
        actor = acting(request)
        given = read_body(GoalInput, request, partial=True)
        changes = _in_words(actor, given)
        with _at_its_fields():
            services.edit_goal(by=actor, goal_id=goal_id, version=version, **changes)
        return _answer(actor, goal_id)


class GoalClosure(APIView):
    """That a goal is closed."""

    scopes = {"POST": Scope.GOALS_WRITE, "DELETE": Scope.GOALS_WRITE}

    @extend_schema(operation_id="goals_close", request=None, responses=GoalOutput)
    @idempotent
    def post(self, request: Request, goal_id: int) -> Response:
        """Close the goal with the progress of this moment; needs If-Match."""
        version = expected_version(request)
        actor = acting(request)
        services.close_goal(by=actor, goal_id=goal_id, version=version)
        return _answer(actor, goal_id)

    @extend_schema(operation_id="goals_reopen", responses={200: GoalOutput})
    def delete(self, request: Request, goal_id: int) -> Response:
        """Make a closed goal active again; needs If-Match."""
        version = expected_version(request)
        actor = acting(request)
        services.reopen_goal(by=actor, goal_id=goal_id, version=version)
        return _answer(actor, goal_id)


class CheckInCollection(Collection):
    """The check-ins of one goal."""

    scopes = {"GET": Scope.GOALS_READ, "POST": Scope.GOALS_WRITE}
    output = CheckInOutput
    model = CheckIn

    def rows(self, actor: Membership) -> QuerySet[CheckIn]:
        """All of them, with who made each."""
        return selectors.check_ins(actor, self.kwargs["goal_id"])

    @extend_schema(operation_id="goals_check_ins_list", responses=CheckInOutput(many=True))
    def get(self, request: Request, goal_id: int) -> HttpResponse:
        """List the check-ins of a goal."""
        return self.listed(request)

    @extend_schema(operation_id="goals_check_in", request=CheckInInput, responses={201: CheckInOutput})
    @idempotent
    def post(self, request: Request, goal_id: int) -> Response:
        """Check in on a goal: how it stands, whether it will be reached, and new values entered by hand."""
        sent = read_body(CheckInInput, request)
        values = values_of(sent.pop("values", {}))
        with _at_its_fields():
            made = services.check_in(by=acting(request), goal_id=goal_id, values=values, **sent)
        return new_row(CheckInOutput(made), "goals-api:check-in", goal_id, made.pk)


class CheckInResource(SingleByDigest):
    """One check-in."""

    scopes = {"GET": Scope.GOALS_READ}
    output = CheckInOutput

    @extend_schema(operation_id="goals_check_ins_read", responses=CheckInOutput)
    def get(self, request: Request, goal_id: int, check_in_id: int) -> HttpResponse:
        """Read a check-in."""
        return self.shown(request, selectors.get_check_in(acting(request), goal_id, check_in_id))


def _answer(actor: Membership, goal_id: int, *, status: int = 200, shape: Shape = Shape()) -> Response:  # noqa: B008 - frozen
    goal = selectors.get_goal(actor, goal_id)
    load([goal], GoalOutput, shape)
    (measured,) = selectors.measured(actor, [goal])
    response = Response(GoalOutput(measured, shape=shape).data, status=status)
    return with_etag(response, version_etag(goal.version))


@contextmanager
def _at_its_fields() -> Iterator[None]:
    """A refusal points to the fields of the body, which have other names than those of the services."""
    try:
        yield
    except Overtaken:
        raise
    except InvalidInput as refused:
        fields = {}
        for place, sentences in refused.fields.items():
            *above, name = place.split("/")
            fields["/".join(["", *above, FIELDS.get(name, name) if above else name])] = sentences
        raise InvalidInput(fields) from refused


def _in_words(actor: Membership, sent: dict[str, Any]) -> dict[str, Any]:
    """The fields in the words of the services: KPIs by id."""
    if "key_results" not in sent:
        return sent
    keys = {row["kpi"] for row in sent["key_results"] if row.get("kpi")}
    key_results = key_results_of(sent["key_results"], ids_of_kpis(actor, keys))
    return {**sent, "key_results": key_results}
