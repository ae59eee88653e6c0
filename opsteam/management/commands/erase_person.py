"""manage.py erase_person: take a member or a customer out of what is stored."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from feedback.models import Customer
from opsteam.operating import personal
from opsteam.operating.personal.finding import add_who, who


class Command(BaseCommand):
    """Cannot be undone; backups made before still hold the person until they are thrown away."""

    help = "Erase a person: name, addresses, texts and keys go; numbers and the record of deeds stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and that it is meant."""
        add_who(parser)
        parser.add_argument("--yes", action="store_true", help="do it; without it only say who it would be")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        """Erase, or say what would be erased."""
        found = who(options)
        if not yes:
            raise CommandError(f"This would erase {found.name} ({found.kind}). Say --yes to do it.")
        erase = personal.erase_customer if isinstance(found.row, Customer) else personal.erase_member
        erase(None, found.row.pk, organization_id=found.row.organization_id)
        self.stdout.write(f"{found.name} is erased.")
