"""The REST doors to the log of what was sent to people and chat channels."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.resources import Collection, SingleByDigest
from notifications import selectors, services
from notifications.filters import DeliveryFilter
from notifications.models import Delivery
from notifications.serializers.settings import DeliveryOutput
from people.access import acting, idempotent, refuse_unless
from people.choices import Permission, Scope
from people.models import Membership

MANAGED = Scope.CHANNELS_MANAGE


class DeliveryCollection(Collection):
    """Every message of the organization."""

    scopes = {"GET": MANAGED}
    filterset_class = DeliveryFilter
    output = DeliveryOutput
    model = Delivery

    def rows(self, actor: Membership) -> QuerySet[Delivery]:
        """All of them with their readers."""
        refuse_unless(actor, Permission.CHANNELS_MANAGE)
        return selectors.delivery_log(actor)

    @extend_schema(operation_id="deliveries_list", responses=DeliveryOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List messages to people and chat channels, and what became of each."""
        return self.listed(request)


class DeliveryResource(SingleByDigest):
    """One message."""

    scopes = {"GET": MANAGED}
    output = DeliveryOutput

    @extend_schema(operation_id="deliveries_read", responses=DeliveryOutput)
    def get(self, request: Request, delivery_id: int) -> HttpResponse:
        """Read what became of a message."""
        return self.shown(request, selectors.get_sent(acting(request), delivery_id))


class DeliveryRepetition(APIView):
    """Sending a message again."""

    scopes = {"POST": MANAGED}

    @extend_schema(operation_id="deliveries_repeat", request=None, responses={202: DeliveryOutput})
    @idempotent
    def post(self, request: Request, delivery_id: int) -> Response:
        """Send again what was given up or is perhaps sent, under the same Message-ID."""
        actor = acting(request)
        services.send_again(by=actor, delivery_id=delivery_id)
        return Response(DeliveryOutput(selectors.get_sent(actor, delivery_id)).data, status=202)
