"""The activity app."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """Django's handle on the app."""

    name = "activity"
