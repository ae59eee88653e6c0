"""The REST doors to webhooks."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activity.registry import verbs
from common.api.conditional import expected_version
from common.api.inputs import read_body
from common.api.resources import Collection, Single, SingleByDigest, answer_alone, versioned
from notifications.filters import WebhookDeliveryFilter, WebhookFilter
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.selectors import webhooks as selectors
from notifications.serializers.webhooks import (
    EventTypeOutput,
    NewWebhookOutput,
    ReplayInput,
    ReplayOutput,
    WebhookDeliveryOutput,
    WebhookInput,
    WebhookOutput,
    WholeWebhookDeliveryOutput,
)
from notifications.services import webhooks as services
from people.access import ANY_SCOPE, acting, idempotent
from people.choices import Scope
from people.models import Membership

MANAGED = Scope.WEBHOOKS_MANAGE


class WebhookCollection(Collection):
    """The webhooks of the organization."""

    scopes = {"GET": MANAGED, "POST": MANAGED}
    filterset_class = WebhookFilter
    output = WebhookOutput
    model = WebhookEndpoint

    def rows(self, actor: Membership) -> QuerySet[WebhookEndpoint]:
        """All of them."""
        return selectors.webhooks(actor)

    @extend_schema(operation_id="webhooks_list", responses=WebhookOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List webhooks, without their secrets."""
        return self.listed(request)

    @extend_schema(operation_id="webhooks_create", request=WebhookInput, responses={201: NewWebhookOutput})
    def post(self, request: Request) -> Response:
        """Add a webhook. Its secret is told this once."""
        given = read_body(WebhookInput, request)
        endpoint, secret = services.create_endpoint(by=acting(request), **given)
        location = reverse("notifications-api:webhook", args=[endpoint.pk])
        return _with_secret(endpoint, secret, status=201, location=location)


class WebhookResource(Single):
    """One webhook."""

    scopes = {"GET": MANAGED, "PATCH": MANAGED, "DELETE": MANAGED}
    output = WebhookOutput

    @extend_schema(operation_id="webhooks_read", responses=WebhookOutput)
    def get(self, request: Request, endpoint_id: int) -> HttpResponse:
        """Read a webhook, without its secret."""
        return self.shown(request, selectors.get_endpoint(acting(request), endpoint_id))

    @extend_schema(
        operation_id="webhooks_change", request=WebhookInput(partial=True), responses=WebhookOutput
    )
    def patch(self, request: Request, endpoint_id: int) -> Response:
        """Change a webhook's address, events or description; needs If-Match."""
        version = expected_version(request)
        changes = read_body(WebhookInput, request, partial=True)
        return self.changed(
            services.edit_endpoint(
                by=acting(request), endpoint_id=endpoint_id, changes=changes, version=version
            )
        )

    @extend_schema(operation_id="webhooks_delete", responses={204: None})
    def delete(self, request: Request, endpoint_id: int) -> Response:
        """Delete a webhook with its log; needs If-Match."""
        version = expected_version(request)
        services.delete_endpoint(by=acting(request), endpoint_id=endpoint_id, version=version)
        return Response(status=204)


class WebhookSecret(APIView):
    """The secret of a webhook."""

    scopes = {"POST": MANAGED}

    @extend_schema(operation_id="webhooks_rotate_secret", request=None, responses=NewWebhookOutput)
    def post(self, request: Request, endpoint_id: int) -> Response:
        """Make a new secret, told this once; for 24 hours messages are signed with the former one too."""
        endpoint, secret = services.rotate_secret(by=acting(request), endpoint_id=endpoint_id)
        return _with_secret(endpoint, secret)


class WebhookDisablement(APIView):
    """Whether a webhook is switched off."""

    scopes = {"POST": MANAGED, "DELETE": MANAGED}

    @extend_schema(operation_id="webhooks_disable", request=None, responses=WebhookOutput)
    @idempotent
    def post(self, request: Request, endpoint_id: int) -> Response:
        """Switch the webhook off."""
        endpoint = services.disable_endpoint(by=acting(request), endpoint_id=endpoint_id)
        return versioned(WebhookOutput(endpoint), endpoint.version)

    @extend_schema(operation_id="webhooks_enable", request=None, responses={200: WebhookOutput})
    def delete(self, request: Request, endpoint_id: int) -> Response:
        """Switch the webhook on; it acts for whoever did so."""
        endpoint = services.enable_endpoint(by=acting(request), endpoint_id=endpoint_id)
        return versioned(WebhookOutput(endpoint), endpoint.version)


class WebhookPings(APIView):
    """Tests of a webhook."""

    scopes = {"POST": MANAGED}

    @extend_schema(operation_id="webhooks_ping", request=None, responses={202: None})
    @idempotent
    def post(self, request: Request, endpoint_id: int) -> Response:
        """Send a test event to this webhook alone."""
        services.ping_endpoint(by=acting(request), endpoint_id=endpoint_id)
        return Response(status=202)


class WebhookDeliveries(Collection):
    """What was sent to a webhook."""

    scopes = {"GET": MANAGED}
    filterset_class = WebhookDeliveryFilter
    output = WebhookDeliveryOutput
    model = WebhookDelivery

    def rows(self, actor: Membership) -> QuerySet[WebhookDelivery]:
        """Those of the webhook in the address."""
        return selectors.delivery_list(actor, self.kwargs["endpoint_id"])

    @extend_schema(operation_id="webhook_deliveries_list", responses=WebhookDeliveryOutput(many=True))
    def get(self, request: Request, endpoint_id: int) -> HttpResponse:
        """List what was sent to the webhook in the last thirty days, is being sent or waits."""
        return self.listed(request)


class WebhookDeliveryResource(SingleByDigest):
    """One delivery."""

    scopes = {"GET": MANAGED}
    output = WholeWebhookDeliveryOutput

    @extend_schema(operation_id="webhook_deliveries_read", responses=WholeWebhookDeliveryOutput)
    def get(self, request: Request, endpoint_id: int, delivery_id: int) -> HttpResponse:
        """Read a delivery with headers and body of its last try."""
        return self.shown(request, selectors.get_delivery(acting(request), endpoint_id, delivery_id))


class WebhookReplay(APIView):
    """Sending one message again."""

    scopes = {"POST": MANAGED}

    @extend_schema(
        operation_id="webhook_deliveries_replay", request=None, responses={202: WebhookDeliveryOutput}
    )
    @idempotent
    def post(self, request: Request, endpoint_id: int, delivery_id: int) -> Response:
        """Send the message again, under the same id."""
        delivery = services.replay_delivery(
            by=acting(request), endpoint_id=endpoint_id, delivery_id=delivery_id
        )
        return Response(WebhookDeliveryOutput(delivery).data, status=202)


class WebhookReplays(APIView):
    """Sending everything again that did not arrive."""

    scopes = {"POST": MANAGED}

    @extend_schema(operation_id="webhooks_replay", request=ReplayInput, responses={202: ReplayOutput})
    @idempotent
    def post(self, request: Request, endpoint_id: int) -> Response:
        """Send again what was planned since then and was given up or dropped."""
        given = read_body(ReplayInput, request)
        count = services.replay_failed(by=acting(request), endpoint_id=endpoint_id, since=given["since"])
        return Response({"count": count}, status=202)


class WebhookEventTypes(APIView):
    """Everything that a webhook can be told."""

    scopes = {"GET": ANY_SCOPE}

    @extend_schema(operation_id="webhook_event_types", responses=EventTypeOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List the types of events with their names."""
        names = verbs()
        known = [{"type": verb, "name": names[verb]} for verb in sorted(services.event_types())]
        return answer_alone(request, EventTypeOutput(known, many=True).data)


def _with_secret(
    endpoint: WebhookEndpoint, secret: str, *, status: int = 200, location: str = ""
) -> Response:
    """Never kept for a repeated request, nor by anything on the way: the answer holds the secret."""
    endpoint.secret = secret
    response = versioned(NewWebhookOutput(endpoint), endpoint.version, status=status, location=location)
    response["Cache-Control"] = "no-store"
    return response
