"""The REST doors to invitations into the organization."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.inputs import pointing_to, read_body
from common.api.resources import Collection, SingleByDigest, new_row, told_with_digest
from people import selectors, services
from people.access import acting, idempotent, refuse_unless
from people.choices import Permission, Role, Scope
from people.models import Invitation, Membership
from people.serializers import BODY_FIELDS, MemberInvitationInput, MemberInvitationOutput


class MemberInvitations(Collection):
    """Who has been invited into the organization and has not come yet."""

    scopes = {"GET": Scope.PEOPLE_READ, "POST": Scope.PEOPLE_WRITE}
    output = MemberInvitationOutput
    model = Invitation

    def rows(self, actor: Membership) -> QuerySet[Invitation]:
        """Those that nobody accepted or withdrew, for whoever manages people."""
        refuse_unless(actor, Permission.PEOPLE_MANAGE)
        return selectors.invitations(actor)

    @extend_schema(operation_id="member_invitations_list", responses=MemberInvitationOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List the invitations that wait; `is_open` is false where the link has ended."""
        return self.listed(request)

    @extend_schema(
        operation_id="member_invitations_create",
        request=MemberInvitationInput,
        responses={201: MemberInvitationOutput},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Invite somebody: a link that works for a week goes to the address, never into the answer."""
        actor, sent = acting(request), read_body(MemberInvitationInput, request)
        with pointing_to(BODY_FIELDS):
            made = services.invite(by=actor, **{**sent, "role": Role(sent["role"])})
        shown = MemberInvitationOutput(selectors.get_invitation(actor, made.pk))
        return new_row(shown, "people-api:member-invitation", made.pk)


class MemberInvitation(SingleByDigest):
    """One invitation."""

    scopes = {"GET": Scope.PEOPLE_READ}
    output = MemberInvitationOutput

    @extend_schema(operation_id="member_invitations_read", responses=MemberInvitationOutput)
    def get(self, request: Request, invitation_id: int) -> HttpResponse:
        """Read an invitation that waits."""
        actor = acting(request)
        refuse_unless(actor, Permission.PEOPLE_MANAGE)
        return self.shown(request, selectors.get_invitation(actor, invitation_id))


class MemberInvitationRenewal(APIView):
    """A new link for an invitation."""

    scopes = {"POST": Scope.PEOPLE_WRITE}

    @extend_schema(operation_id="member_invitations_renew", request=None, responses=MemberInvitationOutput)
    @idempotent
    def post(self, request: Request, invitation_id: int) -> Response:
        """Send a new link that works for a week; the ones before stop working."""
        actor = acting(request)
        services.send_again(by=actor, invitation_id=invitation_id)
        return told_with_digest(MemberInvitationOutput(selectors.get_invitation(actor, invitation_id)).data)


class MemberInvitationWithdrawal(APIView):
    """The end of an invitation."""

    scopes = {"POST": Scope.PEOPLE_WRITE}

    @extend_schema(
        operation_id="member_invitations_withdraw",
        request=None,
        responses={204: OpenApiResponse(description="Withdrawn.")},
    )
    @idempotent
    def post(self, request: Request, invitation_id: int) -> Response:
        """The link stops working at once."""
        services.withdraw(by=acting(request), invitation_id=invitation_id)
        return Response(status=204)
