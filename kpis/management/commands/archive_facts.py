"""manage.py archive_facts: move months of final facts to files."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import Refusal
from kpis import services


class Command(BaseCommand):
    """Months with a fact that is not final are left alone; each month is one transaction."""

    help = (
        "Move the facts of whole months before a given one, where all are final, from the database to files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Up to where, and where to."""
        parser.add_argument("--before", metavar="YYYY-MM", type=month_named, required=True)
        parser.add_argument("--to", metavar="DIR", type=Path, required=True)

    def handle(self, *args: Any, before: date, to: Path, **options: Any) -> None:
        """Archive month by month and say what was done."""
        if not to.is_dir():
            raise CommandError(f"{to} is not a directory.")
        months = services.months_to_archive(before)
        for month in months:
            try:
                archived = services.archive_month(month, to)
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(
                f"{month:%Y-%m}: {archived.facts} facts in {archived.file_name} ({archived.sha256})"
            )
        if not months:
            self.stdout.write("There is no month whose facts are all final.")


def month_named(text: str) -> date:
    """The first day of a month given as YYYY-MM."""
    return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a calendar month has no time zone
