"""What was sent, and what was not."""

from django.db.models import QuerySet

from common.errors import NotAllowed, NotVisible
from common.models import Actor
from notifications.choices import State
from notifications.models import Delivery
from notifications.permissions import can_manage_channels
from people.models import Membership


def given_up(actor: Actor) -> QuerySet[Delivery]:
    """Deliveries of the organization that were tried as often as it makes sense, newest first."""
    return delivery_log(actor).filter(state=State.DEAD)


def get_sent(actor: Membership, delivery_id: int) -> Delivery:
    """One delivery of the log; refuses whoever may not read it."""
    delivery = delivery_log(actor).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotVisible
    if not can_manage_channels(actor):
        raise NotAllowed
    return delivery


def delivery_log(actor: Actor) -> QuerySet[Delivery]:
    """Every delivery of the organization with its reader, newest first. One query."""
    return (
        Delivery.objects.visible_to(actor).select_related("recipient__user", "chat_channel").order_by("-id")
    )
