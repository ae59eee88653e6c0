"""The goals app."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    """Django's handle on the app."""

    name = "goals"
