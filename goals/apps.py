"""The goals app."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    """Django's handle on the app."""

    name = "goals"

    def ready(self) -> None:
        """Tell kpis which facts goals bring."""
        from goals.facts import GOAL_FACTS
        from kpis.registry import register

        register(GOAL_FACTS)
