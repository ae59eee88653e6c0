"""manage.py backup: the whole database in one file."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from tqdm import tqdm

from opsteam.operating import backup
from opsteam.operating.errors import OperatingError
from opsteam.operating.manifest import Manifest


class Command(BaseCommand):
    """Everything may run meanwhile: the file holds the state of one moment. Whole or not at all."""

    help = "Write a backup of the whole database into a new file; - writes it to the standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and where files of archived months are."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--archived-in", metavar="DIR", type=Path, help="include the files of archive_facts from here"
        )

    def handle(self, *args: Any, file: Path, archived_in: Path | None, **options: Any) -> None:
        """Write and say what is in it."""
        started = time.monotonic()
        try:
            if str(file) == "-":
                manifest = self._write(sys.stdout.buffer, archived_in)
                size = ""
            else:
                manifest = self._write_file(file, archived_in)
                size = f", {file.stat().st_size / 1e6:,.1f} MB"
        except (OperatingError, OSError, DatabaseError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(
            f"{manifest.rows:,} rows of {len(manifest.tables)} tables{size}, {time.monotonic() - started:.1f} s."
        )
        for month in manifest.archived:
            if not month.is_included:
                self.stderr.write(
                    f"Not in it, keep it too: {month.file_name} ({month.facts:,} measurements)."
                )

    def _write_file(self, path: Path, archived_in: Path | None) -> Manifest:
        if path.exists():
            raise CommandError(f"{path} exists already; name a new file.")
        partial = path.with_name(f"{path.name}.partial")
        partial.unlink(missing_ok=True)
        try:
            with backup.private_file(partial) as out:
                manifest = self._write(out, archived_in)
                backup.on_disk(out)
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
        return manifest

    def _write(self, out: Any, archived_in: Path | None) -> Manifest:
        about = backup.about_rows(connection)
        with tqdm(total=about, unit=" rows", unit_scale=True, disable=None, leave=False) as bar:
            return backup.back_up(out, connection, archived_in=archived_in, progress=bar.update)
