"""manage.py setup_link: the address where an empty installation gets its organization and administrator."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from people import first_run


class Command(BaseCommand):
    """Prints the link; refuses once an organization exists."""

    help = "Print the link that sets up an empty installation (valid for two days, usable once)."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line on standard output, so that scripts can read it."""
        if not first_run.is_open():
            raise CommandError("This installation already has an organization. Sign in instead.")
        path = reverse("home:setup", kwargs={"token": first_run.link_token()})
        self.stdout.write(settings.SITE_URL + path)
