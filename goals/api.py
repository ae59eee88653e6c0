"""The REST doors to goals."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from goals import selectors
from goals.filters import GoalFilter
from goals.models import Goal
from goals.serializers import GoalOutput
from people.access import acting
from people.choices import Scope


class GoalCollection(GenericAPIView[Any]):
    """All goals of the organization, newest first."""

    scopes = {"GET": Scope.GOALS_READ}
    filterset_class = GoalFilter
    serializer_class = GoalOutput

    def get_queryset(self) -> QuerySet[Goal]:
        """What the token's member may see."""
        if getattr(self, "swagger_fake_view", False):
            return Goal.objects.none()
        return selectors.goal_list(acting(self.request))

    @extend_schema(operation_id="goals_list", responses=GoalOutput(many=True))
    def get(self, request: Request) -> Response:
        """List goals with their progress and pace."""
        goals = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows: Any = selectors.measured(acting(request), goals)
        return self.get_paginated_response(GoalOutput(rows, many=True).data)


class GoalResource(APIView):
    """One goal."""

    scopes = {"GET": Scope.GOALS_READ}

    @extend_schema(operation_id="goals_read", responses=GoalOutput)
    def get(self, request: Request, goal_id: int) -> Response:
        """Read a goal with its progress and pace."""
        actor = acting(request)
        (measured,) = selectors.measured(actor, [selectors.get_goal(actor, goal_id)])
        return Response(GoalOutput(measured).data)
