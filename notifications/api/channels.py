"""The REST doors to chat channels."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.inputs import read_body
from common.api.resources import Collection, SingleByDigest, new_row
from notifications import selectors, services
from notifications.filters import RoomFilter
from notifications.models import ChatChannel
from notifications.serializers.settings import DeliveryOutput, RoomInput, RoomOutput, RoomPatch
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership

MANAGED = Scope.CHANNELS_MANAGE


class RoomCollection(Collection):
    """The chat channels within reach."""

    scopes = {"GET": MANAGED, "POST": MANAGED}
    filterset_class = RoomFilter
    output = RoomOutput
    model = ChatChannel

    def rows(self, actor: Membership) -> QuerySet[ChatChannel]:
        """One's own, and the organization's for whoever manages them."""
        return selectors.rooms_within_reach(actor)

    @extend_schema(operation_id="chat_channels_list", responses=RoomOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List chat channels: your own and, where you manage channels, the organization's."""
        return self.listed(request)

    @extend_schema(operation_id="chat_channels_create", request=RoomInput, responses={201: RoomOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Set up a chat channel. Its address and secret are stored encrypted and never told again."""
        room = services.add_room(by=acting(request), **read_body(RoomInput, request))
        return new_row(RoomOutput(room), "notifications-api:room", room.pk)


class RoomResource(SingleByDigest):
    """One chat channel."""

    scopes = {"GET": MANAGED, "PATCH": MANAGED, "DELETE": MANAGED}
    output = RoomOutput

    @extend_schema(operation_id="chat_channels_read", responses=RoomOutput)
    def get(self, request: Request, room_id: int) -> HttpResponse:
        """Read a chat channel, without its address and secret."""
        return self.shown(request, services.own_room(acting(request), room_id))

    @extend_schema(operation_id="chat_channels_change", request=RoomPatch, responses=RoomOutput)
    def patch(self, request: Request, room_id: int) -> Response:
        """Change a chat channel."""
        actor, changes = acting(request), read_body(RoomPatch, request, partial=True)
        with self.holding(request, lambda: services.own_room(actor, room_id), _rows(actor, room_id)):
            return self.changed(services.change_room(by=actor, room_id=room_id, **changes))

    @extend_schema(
        operation_id="chat_channels_remove", responses={204: OpenApiResponse(description="Removed.")}
    )
    def delete(self, request: Request, room_id: int) -> Response:
        """Remove a chat channel with its secret and what was to be posted there."""
        actor = acting(request)
        with self.holding(request, lambda: services.own_room(actor, room_id), _rows(actor, room_id)):
            services.remove_room(by=actor, room_id=room_id)
        return Response(status=204)


class RoomTests(APIView):
    """Tests of a chat channel."""

    scopes = {"POST": MANAGED}

    @extend_schema(operation_id="chat_channels_test", request=None, responses={202: DeliveryOutput})
    @idempotent
    def post(self, request: Request, room_id: int) -> Response:
        """Send a test message; what came of it stands in the delivery log."""
        actor = acting(request)
        sent = services.test_room(by=actor, room_id=room_id)
        return Response(DeliveryOutput(sent).data, status=202)


def _rows(actor: Membership, room_id: int) -> QuerySet[ChatChannel]:
    return ChatChannel.objects.visible_to(actor).filter(pk=room_id)
