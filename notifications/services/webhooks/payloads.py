"""What a webhook tells: made when it is sent, so that it is as the API would tell it at that moment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from rest_framework.renderers import JSONRenderer

from activity.models import Event
from common.errors import NotVisible
from feedback.models import FeedbackItem
from feedback.selectors import get_item
from feedback.serializers import ItemOutput
from goals.models import Goal
from goals.selectors import get_goal, measured
from goals.serializers import GoalOutput
from kpis.models import Signal
from kpis.selectors import get_signal
from kpis.serializers import SignalOutput
from notifications.models import WebhookEndpoint
from people.models import Membership
from tasks.models import Task
from tasks.selectors import get_task
from tasks.serializers import TaskOutput

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Represented:
    """A kind of row that the API tells whole: its name there, and how a member is told it."""

    name: str
    model: Any
    tell: Callable[[Membership, int], Any]


def _goal(reader: Membership, goal_id: int) -> Any:
    return GoalOutput(measured(reader, [get_goal(reader, goal_id)])[0]).data


REPRESENTED = {
    each.model._meta.label_lower: each
    for each in (
        Represented("task", Task, lambda reader, pk: TaskOutput(get_task(reader, pk)).data),
        Represented("feedback_item", FeedbackItem, lambda reader, pk: ItemOutput(get_item(reader, pk)).data),
        Represented("goal", Goal, _goal),
        Represented("signal", Signal, lambda reader, pk: SignalOutput(get_signal(reader, pk)).data),
    )
}


class NotForThem(Exception):  # noqa: N818 - named for what it is
    """Whoever the webhook acts for may not see what the event is about."""


def body_of(endpoint: WebhookEndpoint, event: Event) -> str:
    """The message as JSON, in English; refuses with `NotForThem` what the endpoint's owner may not see."""
    with translation.override("en"):
        payload = {
            "type": event.verb,
            "timestamp": event.occurred_at,
            "version": VERSION,
            "data": {
                "event_id": event.pk,
                "actor": _actor(event),
                "subject": {"type": subject_name(event), "id": event.subject_id},
                "facts": event.facts,
                "object": _object(endpoint.owner, event),
            },
        }
        return JSONRenderer().render(payload).decode()


def subject_name(event: Event) -> str:
    """What the event is about, as the API calls it."""
    known = REPRESENTED.get(event.subject_type)
    return known.name if known else event.subject_type.rpartition(".")[2]


def _actor(event: Event) -> dict[str, Any] | None:
    if event.actor is None:
        return None
    return {"id": event.actor_id, "name": event.actor.user.name}


def _object(owner: Membership, event: Event) -> Any:
    """The row as the API tells it to the owner; null where it is gone, or is no row of its own there."""
    kind = REPRESENTED.get(event.subject_type)
    if kind is None:
        return None
    try:
        return kind.tell(owner, event.subject_id)
    except NotVisible:
        if kind.model.objects.filter(organization_id=event.organization_id, pk=event.subject_id).exists():
            raise NotForThem from None
        return None
