"""What was sent, and what was not."""

from django.db.models import QuerySet

from common.models import Actor
from notifications.choices import State
from notifications.models import Delivery


def given_up(actor: Actor) -> QuerySet[Delivery]:
    """Deliveries of the organization that were tried as often as it makes sense, newest first."""
    return delivery_log(actor).filter(state=State.DEAD)


def delivery_log(actor: Actor) -> QuerySet[Delivery]:
    """Every delivery of the organization with its reader, newest first. One query."""
    return (
        Delivery.objects.visible_to(actor).select_related("recipient__user", "chat_channel").order_by("-id")
    )
