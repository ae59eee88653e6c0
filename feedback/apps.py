"""The feedback app."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Django's handle on the app."""

    name = "feedback"
