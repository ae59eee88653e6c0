"""Recording what happened and telling the followers."""

import logging
from collections.abc import Collection
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q

from activity.models import Event, EventCursor
from activity.registry import followers
from common.queue import enqueue, enqueue_soon
from people.models import Membership

logger = logging.getLogger(__name__)

BATCH_EVENTS = 500
BATCHES_PER_RUN = 20


def record(
    verb: str,
    *,
    subject: models.Model,
    organization_id: int,
    by: Membership | None,
    **facts: str | int | None,
) -> Event:
    """One event in the present transaction; followers hear of it after the commit."""
    event = Event.objects.create(
        organization_id=organization_id,
        actor=by,
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        facts=facts,
    )
    enqueue_soon("activity.tell_followers")
    return event


def record_edit(verb: str, *, subject: Any, by: Membership, fields: Collection[str]) -> Event:
    """One event that names the edited fields, and the assignee where that is one of them."""
    assignment = {"assignee_id": subject.assignee_id} if "assignee_id" in fields else {}
    return record(
        verb,
        subject=subject,
        organization_id=subject.organization_id,
        by=by,
        fields=",".join(fields),
        **assignment,
    )


def tell_followers() -> int:
    """Every follower has been given the events it had not seen; returns how many were told in all.

    Safe to run twice at once. A follower that raises keeps its place, is told the same events again by the
    next run, and delays no other. A long backlog goes on in another run.
    """
    cursors = [EventCursor(follower=name) for name in followers]
    EventCursor.objects.bulk_create(cursors, ignore_conflicts=True)
    return sum(_tell(name) for name in followers)


def _tell(name: str) -> int:
    told = 0
    try:
        for _ in range(BATCHES_PER_RUN):
            batch = _tell_one_batch(name)
            if not batch:
                return told
            told += batch
    except Exception:  # whatever one follower does, the others are told
        logger.exception("activity.follower_failed", extra={"follower": name})
    else:
        enqueue("activity.tell_followers")
    return told


@transaction.atomic
def _tell_one_batch(name: str) -> int:
    cursor = EventCursor.objects.select_for_update(skip_locked=True).filter(follower=name).first()
    if cursor is None:
        return 0
    events = _events_after(cursor)
    if events:
        followers[name](events)
        cursor.transaction, cursor.event_id = events[-1].transaction, events[-1].pk
        cursor.save(update_fields=["transaction", "event_id", "moved_at"])
    return len(events)


def _events_after(cursor: EventCursor) -> list[Event]:
    """The next events of finished transactions; those of one still running come later, in their place."""
    finished_below = _oldest_running_transaction()
    if cursor.transaction >= finished_below:
        logger.error("activity.log_numbered_by_another_server", extra={"follower": cursor.follower})
    unseen = Q(transaction=cursor.transaction, id__gt=cursor.event_id) | Q(transaction__gt=cursor.transaction)
    events = Event.objects.filter(unseen, transaction__lt=finished_below)
    return list(events.order_by("transaction", "id")[:BATCH_EVENTS])


def _oldest_running_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
        return int(cursor.fetchone()[0])
