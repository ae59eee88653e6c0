"""Who may set up what leaves the house. No HTTP, no query per row."""

from people.choices import Permission
from people.models import Membership
from people.permissions import may


def can_manage_channels(actor: Membership) -> bool:
    """Set up chat rooms of the organization, read the delivery log and send again."""
    return may(actor, Permission.CHANNELS_MANAGE)


def can_manage_reminders(actor: Membership) -> bool:
    """Say when the organization reminds its people, and on which days it works."""
    return may(actor, Permission.REMINDERS_MANAGE)


def can_manage_webhooks(actor: Membership) -> bool:
    """Set up webhooks, read what was sent to them, and send it again."""
    return may(actor, Permission.WEBHOOKS_MANAGE)
