"""The common app."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Django's handle on the app."""

    name = "common"
