"""manage.py export_person: everything stored about a member or a customer."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from opsteam.operating.backup import private_file
from opsteam.operating.personal import Person
from opsteam.operating.personal.finding import Found, add_who, who


class Command(BaseCommand):
    """One file per membership: a person of two organizations has two."""

    help = "Write everything that is stored about a person into a JSON file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and where to."""
        add_who(parser)
        parser.add_argument(
            "--to", metavar="FILE", type=Path, help="a new file; without it the standard output"
        )

    def handle(self, *args: Any, to: Path | None, **options: Any) -> None:
        """Write the file."""
        found: Found = who(options)
        person = Person(found.row, found.name)
        if to is None:
            for part in person.parts():
                sys.stdout.write(part)
            return
        with private_file(to) as file:
            for part in person.parts():
                file.write(part.encode())
        self.stdout.write(f"Everything about {found.name} is in {to}.")
