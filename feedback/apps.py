"""The feedback app."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Django's handle on the app."""

    name = "feedback"

    def ready(self) -> None:
        """Tell the KPI engine which facts come from feedback."""
        from feedback.facts import SOURCES
        from kpis.registry import register

        for source in SOURCES:
            register(source)
