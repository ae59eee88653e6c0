"""The activity app."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """Django's handle on the app."""

    name = "activity"

    def ready(self) -> None:
        """Keep the events of the app below as well."""
        from activity.services import record
        from people.registry import record_with

        record_with(record)
