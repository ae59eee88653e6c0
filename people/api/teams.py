"""The REST doors to teams and who is in them."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import expected_version
from common.api.inputs import read_body
from common.api.resources import Collection, Single
from common.errors import InvalidInput
from people import selectors, services
from people.access import acting, idempotent
from people.choices import Scope
from people.filters import TeamFilter
from people.models import Membership, Team
from people.serializers import (
    PlaceInput,
    TeamInput,
    TeamOutput,
)


class TeamCollection(Collection):
    """The teams of the organization."""

    scopes = {"GET": Scope.PEOPLE_READ, "POST": Scope.PEOPLE_WRITE}
    filterset_class = TeamFilter
    output = TeamOutput
    model = Team
    address = "people-api:team"

    def rows(self, actor: Membership) -> QuerySet[Team]:
        """All teams."""
        return selectors.teams(actor)

    @extend_schema(operation_id="teams_list", responses=TeamOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List teams."""
        return self.listed(request)

    @extend_schema(operation_id="teams_create", request=TeamInput, responses={201: TeamOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a team."""
        given = read_body(TeamInput, request)
        return self.created(services.create_team(by=acting(request), **given))


class TeamResource(Single):
    """One team."""

    scopes = {"GET": Scope.PEOPLE_READ, "PATCH": Scope.PEOPLE_WRITE, "DELETE": Scope.PEOPLE_WRITE}
    output = TeamOutput

    @extend_schema(operation_id="teams_read", responses=TeamOutput)
    def get(self, request: Request, team_id: int) -> HttpResponse:
        """Read a team."""
        return self.shown(request, selectors.get_team(acting(request), team_id))

    @extend_schema(operation_id="teams_change", request=TeamInput, responses=TeamOutput)
    def patch(self, request: Request, team_id: int) -> Response:
        """Change a team's name or its place in the tree; needs If-Match."""
        version = expected_version(request)
        changes = read_body(TeamInput, request, partial=True)
        return self.changed(
            services.edit_team(by=acting(request), team_id=team_id, version=version, **changes)
        )

    @extend_schema(operation_id="teams_delete", responses={204: OpenApiResponse(description="Deleted.")})
    def delete(self, request: Request, team_id: int) -> Response:
        """Delete a team; needs If-Match. Refused (409) while goals, tasks or other teams belong to it."""
        version = expected_version(request)
        services.delete_team(by=acting(request), team_id=team_id, version=version)
        return Response(status=204)


class TeamPlaces(APIView):
    """The members of a team."""

    scopes = {"POST": Scope.PEOPLE_WRITE}

    @extend_schema(operation_id="teams_place_member", request=PlaceInput, responses={204: None})
    @idempotent
    def post(self, request: Request, team_id: int) -> Response:
        """The member is in the team, as a lead or not."""
        actor, sent = acting(request), read_body(PlaceInput, request)
        selectors.get_team(actor, team_id)
        if not selectors.members(actor).filter(pk=sent["member_id"]).exists():
            raise InvalidInput({"member_id": [selectors.NO_SUCH_ROW]})
        services.place_in_team(
            by=actor,
            team_id=team_id,
            membership_id=sent["member_id"],
            is_lead=sent["is_lead"],
        )
        return Response(status=204)


class TeamPlace(APIView):
    """A member's place in a team."""

    scopes = {"DELETE": Scope.PEOPLE_WRITE}

    @extend_schema(operation_id="teams_remove_member", responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, team_id: int, member_id: int) -> Response:
        """The member is not in the team."""
        services.remove_from_team(by=acting(request), team_id=team_id, membership_id=member_id)
        return Response(status=204)
