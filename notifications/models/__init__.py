"""Messages that are due to people and programs, what people want of them, and what was sent."""

from notifications.models.chat import ChatChannel
from notifications.models.deliveries import Delivery, InboxItem
from notifications.models.leases import Leased
from notifications.models.preferences import Preference, RulePreference
from notifications.models.reminders import ReminderRule, Snooze
from notifications.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "ChatChannel",
    "Delivery",
    "InboxItem",
    "Leased",
    "Preference",
    "ReminderRule",
    "RulePreference",
    "Snooze",
    "WebhookDelivery",
    "WebhookEndpoint",
]
