"""The tasks app."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """Django's handle on the app."""

    name = "tasks"

    def ready(self) -> None:
        """Tell kpis which facts tasks bring, and which of them belong to a KPI's chart."""
        from kpis.registry import register, register_annotations
        from tasks import annotations
        from tasks.facts import TASK_FACTS

        register(TASK_FACTS)
        register_annotations(annotations.SOURCE)
