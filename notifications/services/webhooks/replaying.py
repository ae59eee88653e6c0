"""Sending again, and trying a webhook out."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from activity.services import record
from common.errors import Refusal
from common.queue import enqueue
from notifications.choices import State
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.selectors.webhooks import get_delivery
from notifications.services.webhooks.endpoints import changeable_endpoint
from people.models import Membership


class WebhookIsOff(Refusal):
    """Nothing can be sent to a webhook that is switched off."""

    code = "webhook_off"
    sentence = _("This webhook is switched off. Switch it on first.")


@transaction.atomic
def ping_endpoint(*, by: Membership, endpoint_id: int) -> None:
    """A test event is sent to this endpoint alone, the way that all others go."""
    endpoint = _switched_on(by, endpoint_id)
    _resume(endpoint)
    record("webhook.pinged", subject=endpoint, organization_id=endpoint.organization_id, by=by)


@transaction.atomic
def replay_delivery(*, by: Membership, endpoint_id: int, delivery_id: int) -> WebhookDelivery:
    """The same event is sent again under the same id, at once; what is being sent just now is left alone."""
    endpoint = _switched_on(by, endpoint_id)
    delivery = get_delivery(by, endpoint_id, delivery_id)
    _again(endpoint, by, WebhookDelivery.objects.filter(pk=delivery.pk).exclude(state=State.SENDING))
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def replay_failed(*, by: Membership, endpoint_id: int, since: datetime) -> int:
    """Everything planned since then that did not arrive is sent again; returns how many."""
    endpoint = _switched_on(by, endpoint_id)
    lost = endpoint.deliveries.filter(created_at__gte=since, state__in=[State.DEAD, State.DROPPED])
    return _again(endpoint, by, lost)


def _switched_on(by: Membership, endpoint_id: int) -> WebhookEndpoint:
    endpoint = changeable_endpoint(by, endpoint_id)
    if endpoint.disabled_at is not None:
        raise WebhookIsOff
    return endpoint


def _again(endpoint: WebhookEndpoint, by: Membership, deliveries: QuerySet[WebhookDelivery]) -> int:
    count = deliveries.update(state=State.PENDING, attempts=0, due_at=Now(), failure="", last_error="")
    if count:
        _resume(endpoint)
        record(
            "webhook.replayed",
            subject=endpoint,
            organization_id=endpoint.organization_id,
            by=by,
            count=count,
        )
        enqueue("notifications.send_webhooks")
    return count


def _resume(endpoint: WebhookEndpoint) -> None:
    """Somebody believes that it works again: the next try is not put off."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(paused_until=None)
