"""manage.py upgrade: everything that a new version of opsteam needs done to the database."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Run it after every change of version; where nothing is new it does nothing."""

    help = "Apply all migrations, then add the shipped KPIs that an organization lacks."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tables first: the new KPIs may need them."""
        verbosity = options["verbosity"]
        call_command("migrate", interactive=False, verbosity=verbosity, stdout=self.stdout)
        call_command("install_library", verbosity=verbosity, stdout=self.stdout)
