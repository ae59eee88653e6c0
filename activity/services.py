"""Recording what happened and telling the followers."""

from django.db import connection, models, transaction
from django.db.models import Q

from activity.models import Event, EventCursor
from activity.registry import followers
from common.queue import enqueue
from people.models import Membership

BATCH_EVENTS = 500


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
    enqueue("activity.tell_followers")
    return event


def tell_followers() -> int:
    """Give each follower the events it has not seen; returns how many were told. Safe to run twice at once."""
    return sum(_tell(name) for name in followers)


def _tell(name: str) -> int:
    told = 0
    while batch := _tell_one_batch(name):
        told += batch
    return told


@transaction.atomic
def _tell_one_batch(name: str) -> int:
    EventCursor.objects.get_or_create(follower=name)
    cursor = EventCursor.objects.select_for_update(skip_locked=True).filter(follower=name).first()
    if cursor is None:
        return 0
    events = list(
        Event.objects.filter(
            Q(transaction=cursor.transaction, id__gt=cursor.event_id) | Q(transaction__gt=cursor.transaction),
            transaction__lt=_oldest_running_transaction(),
        ).order_by("transaction", "id")[:BATCH_EVENTS]
    )
    if events:
        followers[name](events)
        cursor.transaction, cursor.event_id = events[-1].transaction, events[-1].pk
        cursor.save(update_fields=["transaction", "event_id", "moved_at"])
    return len(events)


def _oldest_running_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
        return int(cursor.fetchone()[0])
