"""What an organization and its people have set up."""

from django.db.models import Q, QuerySet

from common.errors import NotVisible
from common.models import Actor
from notifications.choices import REMINDERS, Channel
from notifications.models import ChatChannel, Delivery, Preference, ReminderRule
from notifications.models.reminders import default_rule
from notifications.permissions import can_manage_channels
from people.models import Membership


def rooms(actor: Actor) -> QuerySet[ChatChannel]:
    """The chat rooms of the organization, by name."""
    return ChatChannel.objects.visible_to(actor).filter(owner__isnull=True).order_by("name", "id")


def rooms_within_reach(actor: Membership) -> QuerySet[ChatChannel]:
    """The chat rooms that the actor may change: their own, and the organization's where they manage channels."""
    reach = Q(owner=actor)
    if can_manage_channels(actor):
        reach |= Q(owner__isnull=True)
    return ChatChannel.objects.visible_to(actor).filter(reach)


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


def reminder_rule(actor: Actor, kind: str) -> ReminderRule:
    """The organization's rule of that kind, as in the list of them all."""
    for rule in reminder_rules(actor):
        if rule.kind == kind:
            return rule
    raise NotVisible


def reminder_rules(actor: Actor) -> list[ReminderRule]:
    """The organization's rule of every kind in the order of their list; unsaved with the defaults where it has none."""
    saved = {rule.kind: rule for rule in ReminderRule.objects.visible_to(actor)}
    return [saved.get(kind) or default_rule(actor.organization_id, kind) for kind in REMINDERS]
