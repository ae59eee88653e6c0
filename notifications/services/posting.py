"""Posting to chat rooms what is due: claim and commit, post, write down what came of it."""

import json
import time

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone, translation

from common.outbound import OutboundFailed
from common.secrets import decrypt
from common.tenancy import acting_for
from notifications import selectors
from notifications.channels import chat
from notifications.choices import Channel, ChatKind, Rule, State
from notifications.models import ChatChannel, Delivery
from notifications.selectors import Letter
from notifications.services import leasing
from notifications.services.sending import RUN_SECONDS
from notifications.services.wanting import still_wanted


def send_chat() -> int:
    """Every due post has been tried; returns how many were taken. At least once.

    A room that did not take one is left alone for the rest of the run, so that it holds up no other; one that is
    gone for good is closed, and its administrators see why.
    """
    rows = Delivery.objects.filter(channel=Channel.CHAT)
    leasing.find_lost(rows)
    posted = 0
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline and (delivery := leasing.claim(rows)):
        with acting_for(delivery.organization_id):
            try:
                posted += _post(delivery)
            except (chat.PostRefused, OutboundFailed) as error:
                rows = rows.exclude(_same_room(delivery))
                _refused(delivery, error)
            except Exception as error:  # noqa: BLE001 - a bug of ours must not stop the others
                leasing.put_off(delivery, error)
    return posted


def _same_room(delivery: Delivery) -> Q:
    if delivery.chat_channel_id is not None:
        return Q(chat_channel=delivery.chat_channel_id, chat_channel__isnull=False)
    return Q(recipient=delivery.recipient_id, recipient__isnull=False)


def _post(delivery: Delivery) -> int:
    if not still_wanted([delivery]):
        return 0
    room, letter = _room_of(delivery), selectors.letter_for(delivery)
    if room is None or letter is None:
        leasing.settle(delivery, state=State.DROPPED)
        return 0
    with translation.override(room.language or letter.to.language):
        timezone.activate(letter.to.organization.zone)
        title, text = str(Rule(delivery.rule).label), _text(letter)
        timezone.deactivate()
    parts = json.loads(decrypt(room.parts))
    chat.post(ChatKind(room.kind), parts, title=title, text=text, link=settings.SITE_URL + letter.said.path)
    leasing.settle(delivery, state=State.SENT, sent_at=Now())
    return 1


def _room_of(delivery: Delivery) -> ChatChannel | None:
    """The organization's room, or the person's own."""
    rooms = ChatChannel.objects.filter(is_enabled=True)
    if delivery.chat_channel_id is not None:
        return rooms.filter(pk=delivery.chat_channel_id).first()
    return rooms.filter(owner=delivery.recipient_id, owner__isnull=False).first()


def _text(letter: Letter) -> str:
    """One line: what it is about, and whose it is."""
    about = " ".join(str(letter.said.about).split()) or letter.to.organization.name
    thing = next(iter(letter.said.context.values()), None)
    person = getattr(thing, "assignee", None) or getattr(thing, "owner", None)
    return f"{about} ({person})" if person else about


def _refused(delivery: Delivery, error: Exception) -> None:
    if isinstance(error, chat.PostRefused) and error.is_gone:
        room = _room_of(delivery)
        if room is not None:
            ChatChannel.objects.filter(pk=room.pk).update(is_enabled=False, disabled_reason=str(error))
        leasing.give_up(delivery, f"The room is gone: {error}")
        return
    wait = error.wait_seconds if isinstance(error, chat.PostRefused) else 0
    leasing.put_off(delivery, error, least_seconds=wait)
