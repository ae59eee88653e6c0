"""The imports app."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Django's handle on the app."""

    name = "imports"
