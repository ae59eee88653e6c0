"""Who is due which message. A delivery row is the work; everything here may run any number of times."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from activity.models import Event
from common.queue import enqueue
from goals.models import Goal
from goals.selectors import due_reviews
from notifications.choices import Rule
from notifications.models import Delivery
from people.models import Membership
from tasks.models import Task

BATCH_ROWS = 500


@transaction.atomic
def plan_review_reminders() -> None:
    """Each goal whose review is due has exactly one reminder to its owner for that review date."""
    _plan(
        _delivery(
            Rule.REVIEW_DUE,
            organization_id=goal.organization_id,
            recipient_id=goal.owner_id,
            subject_type=Goal._meta.label_lower,
            subject_id=goal.pk,
            period=str(goal.next_review_on),
        )
        for goal in due_reviews(timezone.now())
    )


@transaction.atomic
def plan_assignment_notices(events: Sequence[Event]) -> None:
    """Each event that gave a task to somebody but its author has one notice. Follows the event log."""
    assigned = {
        event: event.facts["assignee_id"]
        for event in events
        if event.subject_type == Task._meta.label_lower
        and event.facts.get("assignee_id") not in (None, event.actor_id)
    }
    present = set(Membership.objects.filter(pk__in=assigned.values()).values_list("pk", flat=True))
    _plan(
        _delivery(
            Rule.TASK_ASSIGNED,
            organization_id=event.organization_id,
            recipient_id=assignee_id,
            subject_type=event.subject_type,
            subject_id=event.subject_id,
            period=f"event:{event.pk}",
        )
        for event, assignee_id in assigned.items()
        if assignee_id in present
    )


def _plan(deliveries: Iterable[Delivery]) -> None:
    """What was planned before stays as it is: state, attempts and Message-ID."""
    if Delivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=BATCH_ROWS):
        enqueue("notifications.send_due")


def _delivery(rule: Rule, **fields: str | int) -> Delivery:
    """The Message-ID is fixed here, so that a message sent twice is shown once."""
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return Delivery(rule=rule, message_id=f"<{uuid4()}@{domain}>", **fields)
