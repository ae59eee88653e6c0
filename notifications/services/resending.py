"""Sending again what was given up."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from activity.services import record
from common.errors import NotAllowed, NotVisible, Refusal
from common.queue import enqueue
from notifications.choices import State
from notifications.models import Delivery
from notifications.permissions import can_manage_channels
from people.models import Membership


class NothingToSendAgain(Refusal):
    """Only what was given up, or is perhaps sent, can be sent again."""

    code = "nothing_to_send_again"
    sentence = _("This message is on its way or was sent; there is nothing to send again.")


@transaction.atomic
def send_again(*, by: Membership, delivery_id: int) -> Delivery:
    """The delivery is due now, with all its tries anew and the same Message-ID; pointless ones are dropped then.

    Refuses whoever may not manage channels, and deliveries that are waiting, on their way, or sent.
    """
    if not can_manage_channels(by):
        raise NotAllowed
    delivery = Delivery.objects.visible_to(by).select_for_update().filter(pk=delivery_id).first()
    if delivery is None:
        raise NotVisible
    if delivery.state not in (State.DEAD, State.UNCERTAIN):
        raise NothingToSendAgain
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.PENDING, due_at=Now(), attempts=0, lease_until=None, last_error=""
    )
    record("delivery.sent_again", subject=delivery, organization_id=delivery.organization_id, by=by)
    for job in ("notifications.send_due", "notifications.send_chat", "notifications.fill_inboxes"):
        enqueue(job)
    delivery.refresh_from_db()
    return delivery
