"""What lies in a person's inbox."""

from django.db.models import QuerySet

from notifications.models import InboxItem
from people.models import Membership


def inbox_of(actor: Membership) -> QuerySet[InboxItem]:
    """The actor's messages, newest first."""
    return InboxItem.objects.visible_to(actor).filter(membership=actor).order_by("-id")


def unread_count(actor: Membership) -> int:
    """How many messages the actor has not read. One query on an index of unread rows only."""
    return InboxItem.objects.filter(membership=actor, read_at__isnull=True).count()
