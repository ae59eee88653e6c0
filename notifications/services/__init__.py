"""Every write of the notifications app."""

from notifications.services.planning import plan_assignment_notices, plan_review_reminders
from notifications.services.sending import send_due

__all__ = ["plan_assignment_notices", "plan_review_reminders", "send_due"]
