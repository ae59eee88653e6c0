"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Django's handle on the app."""

    name = "people"

    def ready(self) -> None:
        """Make the system checks known."""
        from people import checks  # noqa: F401 - registers itself
