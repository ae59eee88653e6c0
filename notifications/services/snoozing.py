"""Being reminded later."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotVisible
from notifications.choices import REMINDERS, Rule
from notifications.models import Delivery, InboxItem, Snooze
from people.models import Membership

LONGEST_DAYS = 92


@transaction.atomic
def snooze(*, by: Membership, delivery_id: int, until: datetime) -> Snooze:
    """`by` is not reminded of the thing before `until`, and then once anew; other people's reminders go on.

    Refuses messages to others, messages that do not come again, and moments that are past or too far ahead.
    """
    delivery = snoozable(by, delivery_id)
    now = timezone.now()
    if not now < until or (until - now).days > LONGEST_DAYS:
        raise InvalidInput({"until": [_("Choose a moment within the next three months.")]})
    made, _created = Snooze.objects.update_or_create(
        membership=by,
        subject_type=delivery.subject_type,
        subject_id=delivery.subject_id,
        defaults={"until": until, "organization_id": by.organization_id},
    )
    InboxItem.objects.filter(
        membership=by,
        read_at__isnull=True,
        delivery__subject_type=delivery.subject_type,
        delivery__subject_id=delivery.subject_id,
    ).update(read_at=now)
    return made


def snoozable(by: Membership, delivery_id: int) -> Delivery:
    """A reminder to `by`; refuses what is no reminder, or somebody else's."""
    mine = Delivery.objects.visible_to(by).filter(recipient=by, rule__in=(*REMINDERS, Rule.ESCALATED))
    delivery = mine.filter(pk=delivery_id).first()
    if delivery is None:
        raise NotVisible
    return delivery
