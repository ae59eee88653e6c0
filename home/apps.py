"""The home app."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Django's handle on the app."""

    name = "home"

    def ready(self) -> None:
        """The weekly report can be written."""
        from home import letters  # noqa: F401 - registers its writer
