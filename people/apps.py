"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Django's handle on the app."""

    name = "people"

    def ready(self) -> None:
        """Make the system checks known, and the secrets of second steps to the rotation of keys."""
        from common.secrets import register_encrypted
        from people import checks  # noqa: F401 - registers itself

        register_encrypted("mfa.Authenticator", "data")
