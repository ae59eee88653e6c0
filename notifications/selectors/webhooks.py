"""Reads of webhooks and of what was sent to them."""

from django.db.models import Count, Q, QuerySet

from common.errors import NotAllowed, NotVisible
from notifications.choices import UNFINISHED, State
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.permissions import can_manage_webhooks
from people.models import Membership


def refuse_readers(actor: Membership) -> None:
    """Refuses whoever may not manage webhooks: addresses and messages are not for everybody."""
    if not can_manage_webhooks(actor):
        raise NotAllowed


def webhooks(actor: Membership) -> QuerySet[WebhookEndpoint]:
    """The organization's webhooks; refuses whoever may not manage them."""
    refuse_readers(actor)
    return WebhookEndpoint.objects.visible_to(actor)


def endpoint_list(actor: Membership) -> QuerySet[WebhookEndpoint]:
    """The same with how many messages wait and how many were given up."""
    return webhooks(actor).annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state__in=UNFINISHED)),
        given_up=Count("deliveries", filter=Q(deliveries__state=State.DEAD)),
    )


def get_endpoint(actor: Membership, endpoint_id: int) -> WebhookEndpoint:
    """One of them; refuses another organization's as if there were none, and whoever may not manage webhooks."""
    endpoint = (
        WebhookEndpoint.objects.visible_to(actor).select_related("owner__user").filter(pk=endpoint_id).first()
    )
    if endpoint is None:
        raise NotVisible
    refuse_readers(actor)
    return endpoint


def delivery_list(actor: Membership, endpoint_id: int) -> QuerySet[WebhookDelivery]:
    """What was sent to the endpoint, is being sent or waits, without the bodies."""
    endpoint = get_endpoint(actor, endpoint_id)
    return WebhookDelivery.objects.filter(endpoint=endpoint).defer("body", "signature")


def get_delivery(actor: Membership, endpoint_id: int, delivery_id: int) -> WebhookDelivery:
    """One delivery of the endpoint, whole; refuses those of another endpoint as if there were none."""
    endpoint = get_endpoint(actor, endpoint_id)
    delivery = endpoint.deliveries.select_related("endpoint", "event").filter(pk=delivery_id).first()
    if delivery is None:
        raise NotVisible
    return delivery


def failed_count(endpoint: WebhookEndpoint) -> int:
    """How many messages did not arrive and are not tried any more."""
    return endpoint.deliveries.filter(state__in=[State.DEAD, State.DROPPED]).count()
