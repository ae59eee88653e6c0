"""Messages about what has just happened. They follow the event log."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from activity.models import Event
from common.tenancy import acting_for
from kpis.models import Signal
from notifications.choices import Rule
from notifications.selectors.readers import Responsible
from notifications.services.planning import Due, plan
from tasks.models import Task

# Who begins to follow the log is not told what happened long before.
OLDEST_SIGNAL = timedelta(days=14)


def plan_assignment_notices(events: Sequence[Event]) -> None:
    """Each event that gave a task to somebody but its author has one notice. Follows the event log."""
    assigned = [
        event
        for event in events
        if event.subject_type == Task._meta.label_lower
        and event.facts.get("assignee_id") not in (None, event.actor_id)
    ]
    for organization_id, own in _by_organization(assigned):
        with acting_for(organization_id):
            plan(
                organization_id,
                [_due(Rule.TASK_ASSIGNED, event, event.facts["assignee_id"]) for event in own],
            )


def plan_signal_notices(events: Sequence[Event]) -> None:
    """Each signal that opened has one notice to the KPI's owner, or else to the managers. Follows the event log."""
    since = timezone.now() - OLDEST_SIGNAL
    opened = [event for event in events if event.verb == "signal.opened" and event.occurred_at >= since]
    for organization_id, own in _by_organization(opened):
        with acting_for(organization_id):
            people = Responsible(organization_id)
            signals = Signal.objects.filter(pk__in=[event.subject_id for event in own])
            owners = dict(signals.values_list("pk", "kpi__owner"))
            plan(organization_id, [due for event in own for due in _signal_notices(event, owners, people)])


def _signal_notices(event: Event, owners: Mapping[int, int | None], people: Responsible) -> Iterable[Due]:
    if event.subject_id not in owners:
        return []
    owner = owners[event.subject_id]
    readers = {owner} if owner is not None and people.is_here(owner) else people.managers()
    return [_due(Rule.SIGNAL_OPENED, event, reader) for reader in sorted(readers)]


def _due(rule: Rule, event: Event, reader: int) -> Due:
    period = f"event:{event.pk}"
    return Due(rule, reader, event.subject_type, event.subject_id, period, event.occurred_at)


def _by_organization(events: Iterable[Event]) -> Iterable[tuple[int, list[Event]]]:
    found: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        found[event.organization_id].append(event)
    return found.items()
