"""`manage.py rotate_secrets`: after a new key stands first in OPSTEAM_ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import secrets


class Command(BaseCommand):
    """Brings every stored secret under the newest key; may be stopped, repeated, and run while opsteam works."""

    help = "Encrypt every stored secret with the first key of OPSTEAM_ENCRYPTION_KEYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prints how many rows changed; fails, naming them, where rows cannot be read with any key."""
        rotation = secrets.rotate()
        self.stdout.write(f"{rotation.changed} rows encrypted with the newest key.")
        if rotation.unreadable:
            raise CommandError("\n".join(rotation.unreadable))
        self.stdout.write("No stored secret needs an older key any more.")
