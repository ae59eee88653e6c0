"""The composition root as an app: it holds the system checks that look at the whole house."""

from django.apps import AppConfig


class OpsteamConfig(AppConfig):
    """Django's handle on the composition root."""

    name = "opsteam"

    def ready(self) -> None:
        """Make the system checks known."""
        from opsteam import checks  # noqa: F401 - registers itself
