"""The notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Django's handle on the app."""

    name = "notifications"

    def ready(self) -> None:
        """Follow the event log; keep the secrets of chat rooms and webhooks under the newest key."""
        from activity.registry import follow
        from common.secrets import register_encrypted
        from notifications import services
        from notifications.services import webhooks

        follow("notifications.task_assigned", services.plan_assignment_notices)
        follow("notifications.signal_opened", services.plan_signal_notices)
        follow("notifications.deleted", services.forget_deleted)
        follow("notifications.webhooks", webhooks.plan_webhooks)
        register_encrypted("notifications.ChatChannel", "parts")
        register_encrypted("notifications.WebhookEndpoint", "secret")
        register_encrypted("notifications.WebhookEndpoint", "former_secret")
