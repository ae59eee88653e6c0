"""A person's inbox."""

import time

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone, translation

from common.errors import NotVisible
from common.tenancy import acting_for
from notifications import selectors
from notifications.choices import Channel, State
from notifications.models import Delivery, InboxItem
from notifications.selectors import Letter
from notifications.services import leasing
from notifications.services.sending import RUN_SECONDS
from people.models import Membership

TITLE_LIMIT = 300


def fill_inboxes() -> int:
    """Every message that is due to an inbox lies in it, exactly once; returns how many were put there."""
    rows = Delivery.objects.filter(channel=Channel.INBOX)
    leasing.find_lost(rows)
    filled = 0
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline and (delivery := leasing.claim(rows)):
        with acting_for(delivery.organization_id):
            try:
                filled += _fill(delivery)
            except Exception as error:  # noqa: BLE001 - the row says when to try again, and the others go on
                leasing.put_off(delivery, error)
    return filled


@transaction.atomic
def mark(*, by: Membership, item_id: int, is_read: bool) -> InboxItem:
    """The item is read, or unread again; refuses one that is not in `by`'s inbox. The same twice changes nothing."""
    item = InboxItem.objects.visible_to(by).select_for_update().filter(pk=item_id, membership=by).first()
    if item is None:
        raise NotVisible
    if (item.read_at is not None) != is_read:
        item.read_at = timezone.now() if is_read else None
        item.save(update_fields=["read_at"])
    return item


@transaction.atomic
def mark_all_read(*, by: Membership, through_id: int | None = None) -> int:
    """Everything in `by`'s inbox is read, up to what they have seen (`through_id`); returns how many were not."""
    unread = InboxItem.objects.visible_to(by).filter(membership=by, read_at__isnull=True)
    if through_id is not None:
        unread = unread.filter(pk__lte=through_id)
    return unread.update(read_at=Now())


@transaction.atomic
def _fill(delivery: Delivery) -> int:
    letter = selectors.letter_for(delivery)
    if letter is None or delivery.recipient_id is None:
        leasing.settle(delivery, state=State.DROPPED)
        return 0
    if not leasing.settle(delivery, state=State.SENT, sent_at=Now()):
        return 0
    InboxItem.objects.create(
        organization_id=delivery.organization_id,
        membership_id=delivery.recipient_id,
        delivery=delivery,
        rule=delivery.rule,
        title=_title(letter),
        path=letter.said.path,
    )
    return 1


def _title(letter: Letter) -> str:
    """What it is about, in the reader's language."""
    with translation.override(letter.to.language):
        return " ".join(str(letter.said.about).split())[:TITLE_LIMIT]
