"""The home app."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Django's handle on the app."""

    name = "home"
