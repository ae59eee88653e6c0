"""manage.py verify: is this database sound, and is it what a backup says?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from kpis.selectors import wrong_cells
from opsteam.operating import catalogue, restore
from opsteam.operating.comparing import differences, faults
from opsteam.operating.errors import OperatingError

SHOWN = 100


class Command(BaseCommand):
    """Exit code 0: nothing is wrong; 1: every finding is printed. Changes nothing and may run at any time.

    With a backup it says whether its files are whole, and, unless `--only-file`, whether the database still is what
    was written: that is for right after a restore, because any later work makes a difference.
    """

    help = "Check every cell, sequence, constraint and cursor; with FILE also a backup, and the database against it."

    def add_arguments(self, parser: CommandParser) -> None:
        """A backup, or none."""
        parser.add_argument("file", metavar="FILE", type=Path, nargs="?")
        parser.add_argument("--only-file", action="store_true", help="do not look at the database")

    def handle(self, *args: Any, file: Path | None, only_file: bool, **options: Any) -> None:
        """Print the findings."""
        try:
            found = self._in_file(file, only_file=only_file) if file else []
        except (OperatingError, OSError) as error:
            raise CommandError(str(error), returncode=1) from error
        if not only_file:
            found += self._in_database()
        for line in found[:SHOWN]:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} differences.", returncode=1)
        self.stdout.write("Verified: 0 differences.")

    def _in_file(self, file: Path, *, only_file: bool) -> list[str]:
        with restore.opened(file) as (archive, manifest):
            restore.check_files(archive, manifest)
            if only_file:
                return []
            with catalogue.one_moment(connection) as cursor:
                return list(differences(cursor, manifest))

    def _in_database(self) -> list[str]:
        with catalogue.one_moment(connection) as cursor:
            found = list(faults(cursor))
        return found + [
            f"{cell.metric} {cell.hour or cell.day} team={cell.team_id} member={cell.member_id}: n {cell.n_stored},"
            f" by the facts {cell.n_of_facts}"
            for cell in wrong_cells()
        ]
