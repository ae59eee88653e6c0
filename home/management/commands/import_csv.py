"""manage.py import_csv {feedback,tasks,measurements} FILE: each row is stored or reported."""

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from common.importing.errors import InvalidMapping, UnreadableFile
from common.importing.files import FileOutcome, Manner, import_file
from common.importing.mapping import Mapping, load_mapping
from common.importing.report import SHOWN, Report
from common.importing.run import Importer, Outcome
from common.importing.text import Encoding, text_file
from feedback.importers import FeedbackImporter
from kpis.importers import MeasurementImporter
from people.models import Organization
from tasks.importers import TaskImporter

DEFAULT_SOURCE = "csv"
LARGEST_BATCH = 10_000
SOME_REPORTED, NOTHING_READ = 1, 2
KINDS: dict[str, Callable[..., Importer[Any]]] = {
    "feedback": FeedbackImporter,
    "tasks": TaskImporter,
    "measurements": MeasurementImporter,
}


class Command(BaseCommand):
    """Exit code 0: all rows stored; 1: some rows reported; 2: nothing could be read."""

    help = "Import feedback, tasks or measurements from a CSV file (see docs/importing.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be said on the command line; it wins over the mapping file."""
        parser.add_argument("kind", choices=list(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--mapping", type=Path, metavar="FILE.yaml")
        parser.add_argument("--map", action="append", default=[], type=_pair, metavar="FIELD=COLUMN")
        parser.add_argument("--encoding", choices=[encoding.value for encoding in Encoding])
        parser.add_argument("--delimiter")
        parser.add_argument("--time-zone", help="zone of times without an offset; else the organization's")
        parser.add_argument(
            "--date-format", action="append", default=[], help="as in strptime; may be repeated"
        )
        parser.add_argument(
            "--source", help="name of the system the rows come from; ids are unique within it"
        )
        parser.add_argument(
            "--create-metrics", action="store_true", help="measurements: create unknown metrics"
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
        parser.add_argument(
            "--report", type=Path, metavar="FILE.csv", help="where to write the rows not stored"
        )
        parser.add_argument("--batch", type=_batch_size, default=1000, help="rows stored in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, say what became of every row, and end with the exit code that tells it."""
        try:
            with Report(options["report"]) as report:
                found = self._import(options, report)
        except (UnreadableFile, InvalidMapping) as refusal:
            raise CommandError(str(refusal), returncode=NOTHING_READ) from refusal
        except (InterfaceError, OperationalError) as error:
            reason = _("The database went away; run the same import again, it goes on where it stopped.")
            raise CommandError(reason, returncode=NOTHING_READ) from error
        self._say_problems(found, report)
        self._say_sums(found.outcome, dry_run=options["dry_run"])
        if report.count:
            sys.exit(SOME_REPORTED)

    def _import(self, options: dict[str, Any], report: Report) -> FileOutcome:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise UnreadableFile(
                _("There is no organization “%(slug)s”.") % {"slug": options["organization"]}
            )
        if options["report"] is not None and options["report"].resolve() == options["file"].resolve():
            raise UnreadableFile(_("The report would overwrite the file. Name another."))
        mapping = _mapping(options)
        file = text_file(options["file"], _encoding(mapping.encoding))
        self.stdout.write(_("%(file)s is read as %(codec)s.") % {"file": file.path.name, "codec": file.codec})
        source = mapping.source or DEFAULT_SOURCE
        more = {}
        if options["kind"] == "measurements":
            more = {"metrics": mapping.metrics, "create_metrics": options["create_metrics"]}
        manner = Manner(
            zone=organization.zone,
            batch_size=options["batch"],
            dry_run=options["dry_run"],
            shows_progress=self.stderr.isatty(),
        )
        importer = KINDS[options["kind"]](organization.pk, source, **more)
        return import_file(file, importer, mapping, report, manner)

    def _say_problems(self, found: FileOutcome, report: Report) -> None:
        for name in found.repeated_columns:
            self.stdout.write(
                _("The column “%(name)s” is repeated; the later ones are called “%(name)s#2” and so on.")
                % {"name": name}
            )
        for problem in report.first:
            place = f"{problem.line}, {problem.column}" if problem.column else str(problem.line)
            self.stderr.write(_("Line %(place)s: %(reason)s") % {"place": place, "reason": problem.reason})
        if report.count > SHOWN and report.path is None:
            more = {"count": f"{report.count - SHOWN:,}"}
            self.stderr.write(_("… and %(count)s more; --report FILE.csv writes all of them.") % more)

    def _say_sums(self, outcome: Outcome, *, dry_run: bool) -> None:
        numbers = {name: f"{number:,}" for name, number in asdict(outcome).items()}
        self.stdout.write(
            _("%(rows_in)s rows in = %(rows_stored)s stored + %(rows_reported)s reported.") % numbers
        )
        self.stdout.write(
            _("%(items)s: %(created)s new, %(updated)s changed, %(unchanged)s unchanged.")
            % {**numbers, "items": f"{outcome.items:,}"}
        )
        if dry_run:
            self.stdout.write(_("Nothing was written: this was a dry run."))
        elif outcome.created or outcome.updated:
            self.stdout.write(_("The worker recomputes the days of the KPIs that changed."))


def _mapping(options: dict[str, Any]) -> Mapping:
    written = load_mapping(options["mapping"]) if options["mapping"] else Mapping()
    return written.with_flags(
        columns=dict(options["map"]),
        encoding=options["encoding"],
        delimiter=options["delimiter"],
        time_zone=options["time_zone"],
        date_formats=tuple(options["date_format"]),
        source=options["source"],
    )


def _encoding(name: str) -> Encoding:
    try:
        return Encoding(name or Encoding.AUTO)
    except ValueError as error:
        raise InvalidMapping(_("There is no encoding “%(name)s”.") % {"name": name}) from error


def _pair(text: str) -> tuple[str, str]:
    field, separator, column = text.partition("=")
    if not (field and separator and column):
        raise ArgumentTypeError(f"{text!r} is not FIELD=COLUMN")
    return field.strip(), column.strip()


def _batch_size(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LARGEST_BATCH):
        raise ArgumentTypeError(f"a batch has 1 to {LARGEST_BATCH} rows")
    return int(text)
