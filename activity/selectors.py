"""Reads of the event log."""

from django.db.models import QuerySet

from activity.models import Event
from common.models import Owned


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
