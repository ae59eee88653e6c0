"""The kpis app."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    """Django's handle on the app."""

    name = "kpis"
