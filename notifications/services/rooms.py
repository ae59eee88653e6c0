"""Setting up chat rooms."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible
from common.queue import enqueue
from common.secrets import encrypt
from notifications.channels.addresses import parts_of
from notifications.choices import POSTABLE, Channel, ChatKind, Rule
from notifications.models import ChatChannel, Delivery
from notifications.permissions import can_manage_channels
from notifications.services.planning import new_delivery
from people.models import Membership


@transaction.atomic
def add_room(
    *,
    by: Membership,
    kind: str,
    name: str,
    address: str,
    secret: str = "",
    rules: Sequence[str] = (),
    language: str = "",
    is_own: bool = False,
) -> ChatChannel:
    """A chat room that is told what `rules` name; with `is_own`, `by`'s own room, told what they chose.

    Only the parts of `address` are kept, encrypted. Refuses addresses of other services, rules that cannot be posted,
    a second own room, and for the organization's rooms whoever may not manage channels.
    """
    if not is_own and not can_manage_channels(by):
        raise NotAllowed
    parts = _parts(kind, address, secret)
    _refuse_rules(rules)
    if is_own and ChatChannel.objects.filter(owner=by).exists():
        raise InvalidInput({"kind": [_("You have a chat channel of your own already. Remove it first.")]})
    room = ChatChannel.objects.create(
        organization_id=by.organization_id,
        kind=kind,
        name=name.strip() or str(ChatKind(kind).label),
        owner=by if is_own else None,
        parts=encrypt(json.dumps(parts)),
        rules=[] if is_own else sorted(set(rules)),
        language=language,
    )
    _record("chat_channel.added", room, by)
    return room


@transaction.atomic
def change_room(
    *, by: Membership, room_id: int, address: str = "", secret: str = "", **fields: Any
) -> ChatChannel:
    """The room's `name`, `rules`, `language` or `is_enabled` are those given; a new address replaces the old secret.

    Enabled again, it is told what happens from then on. Refuses as `add_room` does.
    """
    room = own_room(by, room_id, locked=True)
    _refuse_rules(fields.get("rules", ()))
    if address:
        room.parts = encrypt(json.dumps(_parts(room.kind, address, secret)))
        fields["is_enabled"] = True
    for name, value in fields.items():
        setattr(room, name, value)
    if room.is_enabled:
        room.disabled_reason = ""
    room.save()
    _record("chat_channel.changed", room, by)
    return room


@transaction.atomic
def remove_room(*, by: Membership, room_id: int) -> None:
    """The room, its secret and what was to be posted there are gone. Refuses as `add_room` does."""
    room = own_room(by, room_id, locked=True)
    _record("chat_channel.removed", room, by)
    room.delete()


@transaction.atomic
def test_room(*, by: Membership, room_id: int) -> Delivery:
    """A test message is on its way; what came of it stands in the delivery log. Refuses as `add_room` does."""
    room = own_room(by, room_id)
    delivery = new_delivery(
        room.organization_id,
        Rule.CHANNEL_TEST,
        chat_channel=room,
        channel=Channel.CHAT,
        subject_type=ChatChannel._meta.label_lower,
        subject_id=room.pk,
        period=str(uuid4()),
    )
    delivery.save()
    enqueue("notifications.send_chat")
    return delivery


def own_room(by: Membership, room_id: int, *, locked: bool = False) -> ChatChannel:
    """A room that `by` may change: their own, or one of the organization's where they manage channels."""
    rooms = ChatChannel.objects.visible_to(by)
    room = (rooms.select_for_update() if locked else rooms).filter(pk=room_id).first()
    if room is None or room.owner_id not in (None, by.pk):
        raise NotVisible
    if room.owner_id is None and not can_manage_channels(by):
        raise NotAllowed
    return room


def _parts(kind: str, address: str, secret: str) -> dict[str, str]:
    parts = parts_of(ChatKind(kind), address.strip(), secret.strip()) if kind in ChatKind else None
    if parts is None:
        raise InvalidInput(
            {
                "address": [
                    _("This is not the webhook address of that service. Copy it as the service shows it.")
                ]
            }
        )
    return parts


def _refuse_rules(rules: Sequence[str]) -> None:
    if set(rules) - set(POSTABLE):
        raise InvalidInput({"rules": [_("This cannot be posted to a chat channel.")]})


def _record(verb: str, room: ChatChannel, by: Membership) -> None:
    record(
        verb,
        subject=room,
        organization_id=room.organization_id,
        by=by,
        kind=str(room.kind),
        # A person's own room may be called after them, and an event is never erased.
        name=None if room.owner_id else room.name,
    )
