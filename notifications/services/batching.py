"""Which deliveries go out together: a digest, and what has waited through an outage. One message, not a flood."""

from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from common.locks import LockSpace, lock_all
from notifications.choices import DIGESTS, UNSENT, State
from notifications.models import Delivery
from notifications.services import leasing

# What should have gone out this long ago goes out together with the rest that has waited.
LATE_AFTER = timedelta(minutes=30)
MOST_TOGETHER = 200


@transaction.atomic
def claim_together(rows: QuerySet[Delivery]) -> list[Delivery] | None:
    """The longest due delivery with all that go out with it, claimed under one lease; None where nothing is due.

    Empty where another sender was faster: ask again. What was tried together once is tried together again, so that
    the Message-ID of the batch always stands for the same things.
    """
    due = rows.filter(state__in=UNSENT, due_at__lte=Now()).order_by("due_at", "id")
    peeked = due.values_list("recipient_id", flat=True)[:1]
    if not peeked:
        return None
    recipient_id = peeked[0]
    if recipient_id is not None:
        # Two senders must not make two digests out of one person's messages.
        lock_all(LockSpace.LETTERS, [recipient_id % 2**31])
    first = leasing.claim(rows.filter(recipient=recipient_id))
    if first is None:
        return []
    others = _others(rows, first)
    if others or first.timing in DIGESTS:
        _join(first, others)
    return [first, *others]


def _others(rows: QuerySet[Delivery], first: Delivery) -> list[Delivery]:
    """What goes out with `first`: the rest of its batch, or all of the person's that is due with others by now."""
    mine = rows.filter(recipient=first.recipient_id, state__in=UNSENT).exclude(pk=first.pk)
    if first.batch is not None:
        together = mine.filter(batch=first.batch)
    elif first.recipient_id is not None and first.attempts == 1 and _goes_with_others(first):
        late = Q(wanted_at__lt=timezone.now() - LATE_AFTER)
        together = mine.filter(Q(timing__in=DIGESTS) | late, batch=None, attempts=0, due_at__lte=Now())
    else:
        return []
    return list(together.order_by("due_at", "id").select_for_update(skip_locked=True)[:MOST_TOGETHER])


def _goes_with_others(delivery: Delivery) -> bool:
    return delivery.timing in DIGESTS or delivery.wanted_at < timezone.now() - LATE_AFTER


def _join(first: Delivery, others: list[Delivery]) -> None:
    batch = first.batch or uuid4()
    for delivery in (first, *others):
        delivery.batch = batch
    for delivery in others:
        delivery.attempt_id = first.attempt_id
        delivery.attempts += 1
    Delivery.objects.filter(pk=first.pk).update(batch=batch)
    for delivery in others:
        Delivery.objects.filter(pk=delivery.pk).update(
            batch=batch,
            state=State.SENDING,
            attempt_id=delivery.attempt_id,
            attempts=delivery.attempts,
            lease_until=Now() + leasing.LEASE,
        )
