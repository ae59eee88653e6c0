"""The notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Django's handle on the app."""

    name = "notifications"

    def ready(self) -> None:
        """Hear of assigned tasks."""
        from activity.registry import follow
        from notifications import services

        follow("notifications.task_assigned", services.plan_assignment_notices)
