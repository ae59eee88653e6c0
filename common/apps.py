"""The common app."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    """Django's handle on the app."""

    name = "common"

    def ready(self) -> None:
        """After every migration the wall between organizations follows the models."""
        from common.wall.building import build

        post_migrate.connect(build, sender=apps.get_app_config("people"))
