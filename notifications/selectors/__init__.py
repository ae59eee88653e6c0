"""Reads of the notifications app: what a message says, what a person wants, and what was sent."""

from notifications.selectors import account_letters  # registers its writers
from notifications.selectors.deliveries import delivery_log, get_sent, given_up
from notifications.selectors.inbox import inbox_of, unread_count
from notifications.selectors.letters import Addressee, Letter, Said, letter_for, writes
from notifications.selectors.readers import Responsible
from notifications.selectors.settings import (
    own_room_of,
    posts_of,
    preference_of,
    reminder_rule,
    reminder_rules,
    rooms,
    rooms_within_reach,
)
from notifications.selectors.timing import Wishes, wishes_of

__all__ = [
    "Addressee",
    "Letter",
    "Responsible",
    "Said",
    "Wishes",
    "account_letters",
    "delivery_log",
    "get_sent",
    "given_up",
    "inbox_of",
    "letter_for",
    "own_room_of",
    "posts_of",
    "preference_of",
    "reminder_rule",
    "reminder_rules",
    "rooms",
    "rooms_within_reach",
    "unread_count",
    "wishes_of",
    "writes",
]
