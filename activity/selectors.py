"""Reads of the event log."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from activity.models import Event
from common.models import Owned
from people.models import Membership


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the log: by verb, by who did it (None is anybody), on which local days, on one kind of row or one row."""

    verb: str = ""
    actor: Membership | None = None
    first_on: date | None = None
    last_on: date | None = None
    subject_type: str = ""
    subject_id: int | None = None


def audit_log(actor: Membership, asked: Asked, *, before: int | None = None) -> QuerySet[Event]:
    """The organization's events, newest first, below the id `before`; with the people who did them."""
    found = Event.objects.visible_to(actor).select_related("actor__user").order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    if asked.verb:
        found = found.filter(verb=asked.verb)
    if asked.actor is not None:
        found = found.filter(actor=asked.actor)
    if asked.subject_type:
        found = found.filter(subject_type=asked.subject_type)
    if asked.subject_id is not None:
        found = found.filter(subject_id=asked.subject_id)
    zone = actor.organization.zone
    if asked.first_on is not None:
        found = found.filter(occurred_at__gte=datetime.combine(asked.first_on, time(), zone))
    if asked.last_on is not None:
        end = datetime.combine(asked.last_on + timedelta(days=1), time(), zone)
        found = found.filter(occurred_at__lt=end)
    return found


def activity_of(subject: Owned, *, limit: int = 50) -> QuerySet[Event]:
    """What happened to `subject`, newest first, with the people who did it loaded. One query."""
    return (
        Event.objects.filter(
            organization_id=subject.organization_id,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
        )
        .select_related("actor__user")
        .order_by("-id")[:limit]
    )


def last_change(subject: Owned) -> Event | None:
    """The newest event about the row, for telling who was faster. One query."""
    return activity_of(subject, limit=1).first()
