"""manage.py restore_facts: bring archived months back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import Refusal
from kpis import services


class Command(BaseCommand):
    """Each file is one transaction; a file that was changed is refused."""

    help = "Put the facts of archived months back from their files."

    def add_arguments(self, parser: CommandParser) -> None:
        """The files that archive_facts wrote."""
        parser.add_argument("files", metavar="FILE", type=Path, nargs="+")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Restore file by file."""
        for file in files:
            if not file.is_file():
                raise CommandError(f"There is no file {file}.")
            try:
                archived = services.restore_month(file)
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(f"{archived.month:%Y-%m}: {archived.facts} facts are back.")
