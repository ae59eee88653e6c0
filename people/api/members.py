"""The REST doors to members."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import expected_version
from common.api.inputs import pointing_to, read_body
from common.api.resources import Collection, shape_of_row, versioned
from common.api.shaping import load
from people import selectors, services
from people.access import acting, idempotent
from people.choices import Role, Scope
from people.filters import MemberFilter
from people.models import Membership
from people.serializers import BODY_FIELDS, MemberOutput, RoleInput


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


class MemberResource(APIView):
    """One member. The ETag is the version, but name and address are the person's own, so it is always sent."""

    scopes = {"GET": Scope.PEOPLE_READ}
    output = MemberOutput

    @extend_schema(operation_id="members_read", responses=MemberOutput)
    def get(self, request: Request, member_id: int) -> Response:
        """Read a member."""
        shape = shape_of_row(request, MemberOutput)
        member = selectors.get_member(acting(request), member_id)
        load([member], MemberOutput, shape)
        return versioned(MemberOutput(member, shape=shape), member.version)


class MemberRole(APIView):
    """What a member may do."""

    scopes = {"POST": Scope.PEOPLE_WRITE}

    @extend_schema(operation_id="members_give_role", request=RoleInput, responses=MemberOutput)
    @idempotent
    def post(self, request: Request, member_id: int) -> Response:
        """Give a member a built-in role or a custom one, from their next request on; needs If-Match."""
        version = expected_version(request)
        actor, sent = acting(request), read_body(RoleInput, request)
        with pointing_to(BODY_FIELDS):
            member = services.give_role(
                by=actor, membership_id=member_id, version=version, **{**sent, "role": Role(sent["role"])}
            )
        return versioned(MemberOutput(member), member.version)


class MemberDeactivation(APIView):
    """That a member has left."""

    scopes = {"POST": Scope.PEOPLE_WRITE, "DELETE": Scope.PEOPLE_WRITE}

    @extend_schema(operation_id="members_deactivate", request=None, responses=MemberOutput)
    @idempotent
    def post(self, request: Request, member_id: int) -> Response:
        """The member can do nothing here any more, by page or by token; their work stays theirs. Needs If-Match."""
        version = expected_version(request)
        member = services.deactivate(by=acting(request), membership_id=member_id, version=version)
        return versioned(MemberOutput(member), member.version)

    @extend_schema(operation_id="members_reactivate", responses={200: MemberOutput})
    def delete(self, request: Request, member_id: int) -> Response:
        """The member is back in the role they had; needs If-Match."""
        version = expected_version(request)
        member = services.reactivate(by=acting(request), membership_id=member_id, version=version)
        return versioned(MemberOutput(member), member.version)
