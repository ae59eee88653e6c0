"""The composition root as an app: it holds the system checks that look at the whole house."""

import gc
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class OpsteamConfig(AppConfig):
    """Django's handle on the composition root."""

    name = "opsteam"

    def ready(self) -> None:
        """Make the system checks known, and keep the database's gauges and its wall those of this version."""
        from common.wall.building import build
        from opsteam import checks  # noqa: F401 - registers itself

        post_migrate.connect(_install_gauges, sender=self)
        # After the gauges, whose function it opens to the roles.
        post_migrate.connect(build, sender=self)
        # This app is the last: all models are there, and stay. Whoever collects garbage need not look through them,
        # and workers share their memory with the process they came from.
        gc.freeze()
        gc.enable()


def _install_gauges(using: str, **_: Any) -> None:
    # Only now: the library behind them is not needed to start.
    from opsteam.operating import gauges

    if "opsteam_jobrun" in connections[using].introspection.table_names():
        gauges.install(connections[using])
