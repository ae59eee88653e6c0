"""Which event goes to which webhook. Follows the event log; a row per event and endpoint is the work."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from activity.models import Event
from activity.registry import NOUNS, verbs
from common.queue import enqueue
from common.tenancy import acting_for
from notifications.models import WebhookDelivery, WebhookEndpoint

PING = "webhook.pinged"
EVERYTHING = "*"


@transaction.atomic
def plan_webhooks(events: Sequence[Event]) -> None:
    """Each event has one delivery per switched-on endpoint of its organization that wants it."""
    happened: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        happened[event.organization_id].append(event)
    for organization_id, own in happened.items():
        with acting_for(organization_id):
            _plan(organization_id, own)


def _plan(organization_id: int, events: Sequence[Event]) -> None:
    endpoints = WebhookEndpoint.objects.filter(organization_id=organization_id, disabled_at=None)
    planned = [
        WebhookDelivery(organization_id=organization_id, endpoint=endpoint, event=event, verb=event.verb)
        for endpoint in endpoints
        for event in events
        if is_wanted(endpoint, event)
    ]
    if planned:
        WebhookDelivery.objects.bulk_create(planned, ignore_conflicts=True, batch_size=500)
        enqueue("notifications.send_webhooks")


def is_wanted(endpoint: WebhookEndpoint, event: Event) -> bool:
    """Whether the endpoint wants it: by name, by `noun.*` or by `*`; a test goes only where it was asked for."""
    if event.verb == PING:
        return event.subject_id == endpoint.pk
    if event.occurred_at < endpoint.listens_since:
        return False
    noun = event.verb.partition(".")[0]
    return not {EVERYTHING, f"{noun}.*", event.verb}.isdisjoint(endpoint.event_types)


def event_types() -> set[str]:
    """Every event that a webhook can be told."""
    return set(verbs()) - {PING}


def patterns() -> set[str]:
    """What an endpoint may ask for."""
    return {EVERYTHING, *event_types(), *(f"{noun.name}.*" for noun in NOUNS)}
