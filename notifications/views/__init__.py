"""The notifications pages."""

from notifications.views.channels import channel_list, own_channel, room_detail, room_removal, room_test
from notifications.views.deliveries import deliveries, delivery_repetition
from notifications.views.inbox import bell, inbox, item, latest, reading, reading_all
from notifications.views.preferences import preferences, unsubscribe
from notifications.views.reminders import calendar, reminders, special_day_removal, special_days
from notifications.views.snoozing import snooze

__all__ = [
    "bell",
    "calendar",
    "channel_list",
    "deliveries",
    "delivery_repetition",
    "inbox",
    "item",
    "latest",
    "own_channel",
    "preferences",
    "reading",
    "reading_all",
    "reminders",
    "room_detail",
    "room_removal",
    "room_test",
    "snooze",
    "special_day_removal",
    "special_days",
    "unsubscribe",
]
