"""manage.py remove_second_steps: for a person who has lost their phone and their recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people import services
from people.models import User


class Command(BaseCommand):
    """Takes the app, the passkeys and the recovery codes of one account away; the owner is told by mail."""

    help = "Remove every second step of an account, so that its password opens it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many there were; refuses an address that nobody has."""
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError("No account has this address.")
        self.stdout.write(f"{services.remove_all_steps(user=user)} second steps removed.")
