"""The REST doors to members."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.inputs import pointing_to, read_body
from common.api.resources import Collection, SingleByDigest
from people import selectors, services
from people.access import acting, idempotent
from people.choices import Role, Scope
from people.filters import MemberFilter
from people.models import Membership
from people.serializers import (
    BODY_FIELDS,
    MemberOutput,
    RoleInput,
)


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
        actor, sent = acting(request), read_body(RoleInput, request)
        with pointing_to(BODY_FIELDS):
            services.give_role(by=actor, membership_id=member_id, **{**sent, "role": Role(sent["role"])})
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
