"""The tasks app."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """Django's handle on the app."""

    name = "tasks"

    def ready(self) -> None:
        """Tell kpis which facts tasks bring."""
        from kpis.registry import register
        from tasks.facts import TASK_FACTS

        register(TASK_FACTS)
