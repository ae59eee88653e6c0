"""The REST doors to people: the token itself, members, teams, the organization, and tokens."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import expected_version
from common.api.resources import Collection, Single, SingleByDigest, versioned
from people import selectors, services
from people.access import ANY_SCOPE, acting, idempotent, token_of
from people.choices import Role, Scope
from people.filters import MemberFilter, TeamFilter
from people.models import ApiToken, Membership, Team
from people.serializers import (
    MemberOutput,
    MeOutput,
    NewTokenOutput,
    OrganizationOutput,
    OrganizationPatch,
    PlaceInput,
    RoleInput,
    RotationInput,
    TeamInput,
    TeamOutput,
    TokenInput,
    TokenOutput,
)


class Me(APIView):
    """The token itself."""

    scopes = {"GET": ANY_SCOPE}

    @extend_schema(operation_id="me", responses=MeOutput)
    def get(self, request: Request) -> Response:
        """Who am I, in which organization, with which scopes, and until when."""
        return Response(MeOutput(token_of(request)).data)


class OrganizationResource(Single):
    """The organization of the token."""

    scopes = {"GET": Scope.PEOPLE_READ, "PATCH": Scope.PEOPLE_WRITE}
    output = OrganizationOutput

    @extend_schema(operation_id="organization_read", responses=OrganizationOutput)
    def get(self, request: Request) -> HttpResponse:
        """Read the organization and its calendar."""
        return self.shown(request, acting(request).organization)

    @extend_schema(
        operation_id="organization_change", request=OrganizationPatch, responses=OrganizationOutput
    )
    def patch(self, request: Request) -> Response:
        """Change the organization's name, language or calendar; needs If-Match."""
        version = expected_version(request)
        given = OrganizationPatch(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changed = services.edit_organization(by=acting(request), version=version, **given.validated_data)
        return versioned(OrganizationOutput(changed), changed.version)


class MemberCollection(Collection):
    """Everybody who is or was in the organization."""

    scopes = {"GET": Scope.PEOPLE_READ}
    filterset_class = MemberFilter
    output = MemberOutput
    model = Membership

    def rows(self, actor: Membership) -> QuerySet[Membership]:
        """All memberships; those who left are inactive."""
        return selectors.members(actor)

    @extend_schema(operation_id="members_list", responses=MemberOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List members."""
        return self.listed(request)


class MemberResource(SingleByDigest):
    """One member."""

    scopes = {"GET": Scope.PEOPLE_READ}
    output = MemberOutput

    @extend_schema(operation_id="members_read", responses=MemberOutput)
    def get(self, request: Request, member_id: int) -> HttpResponse:
        """Read a member."""
        return self.shown(request, selectors.get_member(acting(request), member_id))


class MemberRole(APIView):
    """What a member may do."""

    scopes = {"POST": Scope.PEOPLE_WRITE}

    @extend_schema(operation_id="members_give_role", request=RoleInput, responses=MemberOutput)
    @idempotent
    def post(self, request: Request, member_id: int) -> Response:
        """Give a member a built-in role or a custom one; it holds from their next request on."""
        given = RoleInput(data=request.data)
        given.is_valid(raise_exception=True)
        actor, sent = acting(request), given.validated_data
        services.give_role(
            by=actor,
            membership_id=member_id,
            role=Role(sent["role"]),
            custom_role_id=sent.get("custom_role_id"),
        )
        return Response(MemberOutput(selectors.get_member(actor, member_id)).data)


class MemberDeactivation(APIView):
    """That a member has left."""

    scopes = {"POST": Scope.PEOPLE_WRITE, "DELETE": Scope.PEOPLE_WRITE}

    @extend_schema(operation_id="members_deactivate", request=None, responses=MemberOutput)
    @idempotent
    def post(self, request: Request, member_id: int) -> Response:
        """The member can do nothing here any more, by page or by token; their work stays theirs."""
        actor = acting(request)
        services.deactivate(by=actor, membership_id=member_id)
        return Response(MemberOutput(selectors.get_member(actor, member_id)).data)

    @extend_schema(operation_id="members_reactivate", responses={204: OpenApiResponse(description="Back.")})
    def delete(self, request: Request, member_id: int) -> Response:
        """The member is back in the role they had."""
        services.reactivate(by=acting(request), membership_id=member_id)
        return Response(status=204)


class TeamPlaces(APIView):
    """The members of a team."""

    scopes = {"POST": Scope.PEOPLE_WRITE}

    @extend_schema(operation_id="teams_place_member", request=PlaceInput, responses={204: None})
    @idempotent
    def post(self, request: Request, team_id: int) -> Response:
        """The member is in the team, as a lead or not."""
        given = PlaceInput(data=request.data)
        given.is_valid(raise_exception=True)
        sent = given.validated_data
        services.place_in_team(
            by=acting(request),
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


class TeamCollection(Collection):
    """The teams of the organization."""

    scopes = {"GET": Scope.PEOPLE_READ, "POST": Scope.PEOPLE_WRITE}
    filterset_class = TeamFilter
    output = TeamOutput
    model = Team

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
        given = TeamInput(data=request.data)
        given.is_valid(raise_exception=True)
        team = services.create_team(by=acting(request), **given.validated_data)
        return versioned(
            TeamOutput(team), team.version, status=201, location=reverse("people-api:team", args=[team.pk])
        )


class TeamResource(Single):
    """One team."""

    scopes = {"GET": Scope.PEOPLE_READ, "PATCH": Scope.PEOPLE_WRITE}
    output = TeamOutput

    @extend_schema(operation_id="teams_read", responses=TeamOutput)
    def get(self, request: Request, team_id: int) -> HttpResponse:
        """Read a team."""
        return self.shown(request, selectors.get_team(acting(request), team_id))

    @extend_schema(operation_id="teams_change", request=TeamInput, responses=TeamOutput)
    def patch(self, request: Request, team_id: int) -> Response:
        """Change a team's name or its place in the tree; needs If-Match."""
        version = expected_version(request)
        given = TeamInput(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        team = services.edit_team(
            by=acting(request), team_id=team_id, version=version, **given.validated_data
        )
        return versioned(TeamOutput(team), team.version)


class TokenCollection(Collection):
    """The member's own tokens."""

    scopes = {"GET": ANY_SCOPE, "POST": Scope.TOKENS_WRITE}
    output = TokenOutput
    model = ApiToken

    def rows(self, actor: Membership) -> QuerySet[ApiToken]:
        """One's own tokens, also those that no longer work."""
        return selectors.tokens_of(actor)

    @extend_schema(operation_id="tokens_list", responses=TokenOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List your own tokens, without their secrets."""
        return self.listed(request)

    @extend_schema(operation_id="tokens_create", request=TokenInput, responses={201: NewTokenOutput})
    def post(self, request: Request) -> Response:
        """Make a token that may do no more than this one, and no longer. Its secret is shown this once."""
        given = TokenInput(data=request.data)
        given.is_valid(raise_exception=True)
        token, secret = services.create_token(
            by=acting(request), through=token_of(request), **given.validated_data
        )
        return _with_secret(token, secret, status=201)


class TokenResource(SingleByDigest):
    """One of the member's own tokens."""

    scopes = {"GET": ANY_SCOPE}
    output = TokenOutput

    @extend_schema(operation_id="tokens_read", responses=TokenOutput)
    def get(self, request: Request, token_id: int) -> HttpResponse:
        """Read one of your tokens."""
        return self.shown(request, selectors.get_token(acting(request), token_id))


class TokenRevocation(APIView):
    """The end of a token."""

    scopes = {"POST": Scope.TOKENS_WRITE}

    @extend_schema(operation_id="tokens_revoke", request=None, responses=TokenOutput)
    @idempotent
    def post(self, request: Request, token_id: int) -> Response:
        """One of your tokens stops working at once."""
        actor = acting(request)
        services.revoke_token(by=actor, token_id=selectors.get_token(actor, token_id).pk)
        return Response(TokenOutput(selectors.get_token(actor, token_id)).data)


class TokenRotation(APIView):
    """A new secret for a token."""

    scopes = {"POST": Scope.TOKENS_WRITE}

    @extend_schema(operation_id="tokens_rotate", request=RotationInput, responses={201: NewTokenOutput})
    def post(self, request: Request, token_id: int) -> Response:
        """Give this token, or one that may do no more, a new secret; the present one works for `overlap_hours` more."""
        given = RotationInput(data=request.data)
        given.is_valid(raise_exception=True)
        token, secret = services.rotate_token(
            by=acting(request), token_id=token_id, through=token_of(request), **given.validated_data
        )
        return _with_secret(token, secret, status=201)


def _with_secret(token: ApiToken, secret: str, status: int) -> Response:
    """The token with its secret, which nothing on the way may keep."""
    shown: dict[str, Any] = {**TokenOutput(token).data, "secret": secret}
    return Response(shown, status=status, headers={"Cache-Control": "no-store"})
