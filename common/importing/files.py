"""One file into one importer, from its first byte to its last row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from common.importing.cells import Layout
from common.importing.errors import InvalidMapping, UnreadableFile
from common.importing.events import CaseImporter, import_cases
from common.importing.mapping import Mapping
from common.importing.progress import Progress
from common.importing.records import Table
from common.importing.report import Report
from common.importing.run import Importer, Outcome, Run
from common.importing.spool import Spool
from common.importing.text import TextFile

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of a file's rows, and how the file was read."""

    outcome: Outcome
    delimiter: str
    columns: Sequence[str]
    repeated_columns: Sequence[str]
    blank_lines: int


@dataclass(frozen=True, slots=True)
class Manner:
    """How to import: the zone of local times, the size of a batch, and whether to take everything back."""

    zone: ZoneInfo
    batch_size: int
    dry_run: bool = False
    shows_progress: bool = False


def import_file(
    file: TextFile, importer: Importer[Item], mapping: Mapping, report: Report, manner: Manner
) -> FileOutcome:
    """Every row of the file is stored or reported. Refuses a file without header or with other columns."""
    with file.open() as (text, binary):
        table = Table(text, _one_character(mapping.delimiter))
        layout = _layout(importer, mapping, table.columns, manner.zone)
        report.open(table.columns)
        progress = Progress(binary, file.size_bytes, is_shown=manner.shows_progress)
        run = Run(importer, layout, report, manner.batch_size, manner.dry_run, progress)
        try:
            if mapping.events is None:
                with Spool() as spool:
                    outcome = run.import_rows(table, spool)
            else:
                outcome = import_cases(run, _case_importer(importer), table)
        finally:
            progress.close()
    if not outcome.adds_up:
        raise AssertionError(f"rows were lost: {outcome}")
    return FileOutcome(outcome, table.delimiter, table.columns, table.repeated, table.blank_lines)


def _layout(importer: Importer[Item], mapping: Mapping, header: Sequence[str], zone: ZoneInfo) -> Layout:
    if mapping.events is not None:
        events = mapping.events
        of_events = {"external_id": events.case, "at": events.at, "status": events.status}
        mapping = mapping.with_flags(columns=of_events)
    layout = Layout.bind(mapping, header, zone=zone, fields=importer.fields)
    if missing := [field for field in importer.required if not layout.has(field)]:
        raise InvalidMapping(
            _("Say which column holds %(names)s. The file's columns are: %(known)s.")
            % {"names": ", ".join(missing), "known": ", ".join(header)}
        )
    return layout


def _case_importer(importer: Importer[Item]) -> CaseImporter[Item]:
    if not isinstance(importer, CaseImporter):
        raise InvalidMapping(_("Only tasks can be imported from a log of events."))
    return importer


def _one_character(delimiter: str) -> str | None:
    named = {"": None, "tab": "\t", "\\t": "\t"}
    if delimiter in named:
        return named[delimiter]
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise UnreadableFile(_("A delimiter is one character, or “tab”."))
    return delimiter
