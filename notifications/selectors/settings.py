"""What an organization and its people have set up."""

from django.db.models import QuerySet

from common.models import Actor
from notifications.choices import REMINDERS, Channel
from notifications.models import ChatChannel, Delivery, Preference, ReminderRule
from notifications.models.reminders import default_rule
from people.models import Membership


def rooms(actor: Actor) -> QuerySet[ChatChannel]:
    """The chat rooms of the organization, by name."""
    return ChatChannel.objects.visible_to(actor).filter(owner__isnull=True).order_by("name", "id")


def own_room_of(actor: Membership) -> ChatChannel | None:
    """The actor's own chat room."""
    return ChatChannel.objects.visible_to(actor).filter(owner=actor).first()


def posts_of(room: ChatChannel) -> QuerySet[Delivery]:
    """What was posted to the room, newest first."""
    mine = Delivery.objects.filter(chat_channel=room)
    if room.owner_id is not None:
        mine = Delivery.objects.filter(channel=Channel.CHAT, recipient=room.owner_id) | mine
    return mine.order_by("-id")


def preference_of(actor: Membership) -> Preference:
    """The actor's hours, or unsaved ones with the defaults."""
    return Preference.objects.filter(membership=actor).first() or Preference(membership=actor)


def reminder_rules(actor: Actor) -> list[ReminderRule]:
    """The organization's rule of every kind in the order of their list; unsaved with the defaults where it has none."""
    saved = {rule.kind: rule for rule in ReminderRule.objects.visible_to(actor)}
    return [saved.get(kind) or default_rule(actor.organization_id, kind) for kind in REMINDERS]
