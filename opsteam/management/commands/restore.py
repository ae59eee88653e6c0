"""manage.py restore: a backup into an empty database."""

import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from tqdm import tqdm

from opsteam.operating import restore
from opsteam.operating.errors import OperatingError
from opsteam.operating.manifest import Manifest, key_mark


class Command(BaseCommand):
    """Stop web, worker and beat first. The rows are committed together, after they were found equal to the backup."""

    help = "Restore a backup into an empty database, then bring it up to this version and verify it."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to restore, and whether what is there may go."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="delete everything that is in the database first"
        )
        parser.add_argument(
            "--archived-to", metavar="DIR", type=Path, help="take out included files of archived months"
        )

    def handle(self, *args: Any, file: Path, replace: bool, archived_to: Path | None, **options: Any) -> None:
        """Check, build, load, upgrade, verify."""
        started = time.monotonic()
        try:
            manifest = self._restore(file, replace, archived_to)
        except (OperatingError, OSError, DatabaseError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{manifest.rows:,} rows of {manifest.made_at} are back, {time.monotonic() - started:.1f} s."
        )
        call_command("upgrade", verbosity=options["verbosity"], stdout=self.stdout)
        call_command("verify", stdout=self.stdout)
        self._warn(manifest)

    def _restore(self, file: Path, replace: bool, archived_to: Path | None) -> Manifest:
        with restore.opened(file) as (archive, manifest):
            restore.refuse_unfit(manifest, connection, replace=replace)
            with self._bar("checking", manifest) as bar:
                restore.check_files(archive, manifest, progress=bar.update)
            restore.build(manifest, connection)
            with self._bar("loading", manifest) as bar:
                restore.load(archive, manifest, connection, progress=bar.update)
            if archived_to is not None:
                restore.take_out_months(archive, manifest, archived_to)
        return manifest

    def _bar(self, what: str, manifest: Manifest) -> Any:
        return tqdm(total=manifest.rows, desc=what, unit=" rows", unit_scale=True, disable=None, leave=False)

    def _warn(self, manifest: Manifest) -> None:
        if manifest.key_mark != key_mark():
            self.stderr.write(
                "OPSTEAM_SECRET_KEY is not the one of the backup: API tokens and stored secrets will not work."
                " With `make run` it is the file .opsteam/secret-key; bring the one of the backup here."
            )
        if manifest.roles:
            self.stderr.write(
                f"These BI roles lived in the other server: {', '.join(manifest.roles)}. Remove and add them again."
            )
        for month in manifest.archived:
            self.stderr.write(
                f"{month.facts:,} measurements are in the file {month.file_name}: restore_facts brings them back."
            )
