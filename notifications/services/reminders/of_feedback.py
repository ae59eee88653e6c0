"""Customers who wait for a first reply: soon too long, or too long already. Counted in hours, as the SLA is."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import cast

from feedback.choices import OPEN
from feedback.models import FeedbackItem
from notifications.services.planning import Due
from notifications.services.reminders.occasion import Occasion

Rows = Iterable[tuple[int, int | None, int | None, datetime]]
ITEM = FeedbackItem._meta.label_lower
# Nobody is reminded of replies that were due long before anybody reminded them, for instance after an import.
FORGOTTEN_AFTER = timedelta(days=14)


def sla_at_risk(occasion: Occasion) -> Iterator[Due]:
    """Each unanswered item has one reminder, `lead` hours before its reply is due."""
    lead = timedelta(hours=occasion.rule.lead)
    for item_id, assignee_id, team_id, due_at in _unanswered(occasion, occasion.now, occasion.now + lead):
        readers = occasion.people.answering(assignee_id, team_id)
        yield from occasion.tell(readers, (ITEM, item_id), _moment(due_at), due_at - lead)


def sla_breached(occasion: Occasion) -> Iterator[Due]:
    """Each unanswered item whose reply is overdue has one reminder; `escalate_after` hours later the leads hear."""
    since = occasion.now - FORGOTTEN_AFTER
    for item_id, assignee_id, team_id, due_at in _unanswered(occasion, since, occasion.now):
        readers = occasion.people.answering(assignee_id, team_id)
        yield from occasion.tell(readers, (ITEM, item_id), _moment(due_at), due_at)
        if occasion.rule.escalate_after is None:
            continue
        late = due_at + timedelta(hours=occasion.rule.escalate_after)
        if late <= occasion.now:
            leads = occasion.people.leads(team_id, besides=assignee_id) - readers
            yield from occasion.escalate(leads, (ITEM, item_id), _moment(due_at), late)


def _unanswered(
    occasion: Occasion, after: datetime, until: datetime
) -> Iterator[tuple[int, int | None, int | None, datetime]]:
    """Open items without a reply whose reply is due after `after`, up to `until`."""
    items = FeedbackItem.objects.filter(
        organization=occasion.organization,
        status__in=OPEN,
        first_replied_at__isnull=True,
        reply_due_at__gt=after,
        reply_due_at__lte=until,
    )
    yield from cast("Rows", items.values_list("pk", "assignee_id", "team_id", "reply_due_at"))


def _moment(at: datetime) -> str:
    """A due time as a period: another due time is another reminder."""
    return str(int(at.timestamp()))
