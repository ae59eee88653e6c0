"""Every write of the notifications app."""

from notifications.services.account_mail import plan_account_mail
from notifications.services.alarms import plan_alarms
from notifications.services.forgetting import forget_deleted, forget_subjects
from notifications.services.inbox import fill_inboxes, mark, mark_all_read
from notifications.services.notices import plan_assignment_notices, plan_signal_notices
from notifications.services.posting import send_chat
from notifications.services.preferences import set_preferences, subscribe_again, unsubscribe
from notifications.services.reminder_rules import change_reminder_rule
from notifications.services.reminders import plan_reminders, seed_reminder_rules
from notifications.services.resending import send_again
from notifications.services.rooms import add_room, change_room, own_room, remove_room, test_room
from notifications.services.sending import send_due
from notifications.services.snoozing import snoozable, snooze

__all__ = [
    "add_room",
    "change_reminder_rule",
    "change_room",
    "fill_inboxes",
    "forget_deleted",
    "forget_subjects",
    "mark",
    "mark_all_read",
    "own_room",
    "plan_account_mail",
    "plan_alarms",
    "plan_assignment_notices",
    "plan_reminders",
    "plan_signal_notices",
    "remove_room",
    "seed_reminder_rules",
    "send_again",
    "send_chat",
    "send_due",
    "set_preferences",
    "snoozable",
    "snooze",
    "subscribe_again",
    "test_room",
    "unsubscribe",
]
