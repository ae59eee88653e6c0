"""The tasks app."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """Django's handle on the app."""

    name = "tasks"
