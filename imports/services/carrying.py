"""The worker's side of an import: a file is read in stretches, each short enough for one job."""

import tempfile
import time
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.importing.cells import Layout
from common.importing.errors import InvalidMapping, UnreadableFile
from common.importing.mapping import Mapping
from common.importing.progress import Progress
from common.importing.records import Place, Problem, Row, Table
from common.importing.report import SHOWN, Report
from common.importing.run import Importer, Run
from common.queue import enqueue
from feedback.importers import FeedbackImporter
from imports.choices import AT_WORK, Kind, PartKind, State
from imports.library import NAMING, values_of
from imports.models import FileImport, ImportPart
from imports.services.keeping import PIECE_BYTES, KeptKeys, open_table
from imports.services.sampling import carry_out_samples, waiting_samples
from people.models import Membership
from tasks.importers import TaskImporter

BATCH_ROWS = 500
ROWS_PER_BEAT = 500
# Well below the soft time limit of a job; what is left is read by the next one.
STRETCH_SECONDS = 30.0
# A stretch that breaks off so often in a row will not get through.
MOST_ATTEMPTS = 5
# After so long without a beat, whoever had the file is gone.
SILENCE: Final = timedelta(seconds=60)
IMPORTERS: Final[dict[Kind, Any]] = {Kind.TASKS: TaskImporter, Kind.FEEDBACK: FeedbackImporter}
DONE = {State.CHECKING: State.CHECKED, State.STORING: State.STORED}


def carry_out(organization_id: int) -> None:
    """The organization's files and sample data that wait for a worker are worked off, for as long as a job may last.

    A twin finds each of them taken. A stretch that broke off is read again: a row that is there already is unchanged.
    """
    until = time.monotonic() + STRETCH_SECONDS
    for import_id in _waiting().filter(organization_id=organization_id).values_list("pk", flat=True):
        if time.monotonic() > until:
            enqueue("imports.carry_out", organization_id=organization_id)
            return
        if (taken := _claimed(import_id)) and not _carry_on(taken, until):
            enqueue("imports.carry_out", organization_id=organization_id)
            return
    if not carry_out_samples(organization_id, until):
        enqueue("imports.carry_out", organization_id=organization_id)


def sweep() -> None:
    """Organizations with files or sample data that wait, or whose worker fell silent, are on their way to one."""
    found = [rows.values_list("organization_id", flat=True) for rows in (_waiting(), waiting_samples())]
    for organization_id in sorted({*found[0], *found[1]}):
        enqueue("imports.carry_out", organization_id=organization_id)


def _waiting() -> Any:
    silent = Q(beat_at__isnull=True) | Q(beat_at__lt=Now() - SILENCE)
    return FileImport.objects.filter(silent, state__in=AT_WORK).order_by("pk")


def _claimed(import_id: int) -> FileImport | None:
    """The file, if it waits; from now on nobody else takes it while its beat is heard."""
    if not _waiting().filter(pk=import_id).update(beat_at=Now(), attempts=F("attempts") + 1):
        return None
    return FileImport.objects.select_related("organization", "by__user").get(pk=import_id)


def _carry_on(taken: FileImport, until: float) -> bool:
    """One stretch is read. Whether the file is finished, or nothing more can be done for it."""
    language = taken.by.user.language if taken.by else taken.organization.language
    with translation.override(language):
        try:
            if taken.attempts > MOST_ATTEMPTS:
                raise UnreadableFile(_("Something went wrong here again and again. Nothing more is tried."))
            return _Stretch(taken, until).read()
        except (UnreadableFile, InvalidMapping) as refused:
            FileImport.objects.filter(pk=taken.pk).update(
                state=State.FAILED, refusal=str(refused)[:500], beat_at=None, attempts=0
            )
            return True


class _Stretch:
    """As many rows as fit into one job, from where the last one stopped."""

    def __init__(self, taken: FileImport, until: float) -> None:
        self._taken = taken
        self._until = until
        self._rows = 0
        self._done = Place(taken.bytes_done, taken.lines_done + 1)
        self._is_last = True

    def read(self) -> bool:
        """Every row of the stretch is stored or reported, and the file says so; True where it was the last one."""
        taken = self._taken
        with KeptKeys(taken) as keys, tempfile.TemporaryDirectory(prefix="opsteam-import-") as directory:
            path = Path(directory) / "report.csv"
            with KeptReport(path, is_first=not taken.reported) as report:
                table, plain = open_table(taken)
                report.open(table.columns)
                run = Run(
                    importer=_importer(taken),
                    layout=_layout(taken, table.columns),
                    report=report,
                    batch_size=BATCH_ROWS,
                    dry_run=taken.state == State.CHECKING,
                    progress=Progress(plain, taken.size_bytes, is_shown=False),
                )
                run.import_rows(self._timely(table), keys)
            self._keep(run, keys, report, path)
        return self._is_last

    def _timely(self, table: Table) -> Iterator[Row | Problem]:
        """The rows until the time is over; now and then the file shows how far they are."""
        for row in table:
            if self._rows and time.monotonic() > self._until:
                self._is_last = False
                return
            self._rows += 1
            self._done = table.place
            if self._rows % ROWS_PER_BEAT == 0 and not self._beat():
                return
            yield row

    def _beat(self) -> bool:
        """Show how far the file is; False where somebody cancelled it."""
        mine = FileImport.objects.filter(pk=self._taken.pk, state=self._taken.state)
        return bool(mine.update(beat_at=Now(), percent=self._percent))

    @property
    def _percent(self) -> int:
        return min(100 * self._done.offset // max(self._taken.size_bytes, 1), 99)

    @transaction.atomic
    def _keep(self, run: Run[Any], keys: KeptKeys, report: "KeptReport", path: Path) -> None:
        taken = FileImport.objects.select_for_update(of=("self",)).get(pk=self._taken.pk)
        taken.rows_done += self._rows
        taken.bytes_done, taken.lines_done = self._done.offset, self._done.line - 1
        for name in ("created", "updated", "unchanged"):
            setattr(taken, name, getattr(taken, name) + getattr(run.outcome, name))
        taken.reported += report.count
        taken.problems = [*taken.problems, *map(_shown, report.first)][:SHOWN]
        taken.percent, taken.beat_at, taken.attempts = self._percent, None, 0
        if report.count:
            _keep_report(taken, path)
        # Where somebody cancelled it, what was stored before is told all the same.
        goes_on = taken.state == self._taken.state
        if goes_on and self._is_last:
            taken.percent, taken.state = 100, DONE[State(taken.state)]
            if taken.state == State.STORED:
                taken.first_rows = []
                ImportPart.objects.filter(file=taken, kind=PartKind.FILE).delete()
            ImportPart.objects.filter(file=taken, kind=PartKind.KEYS).delete()
        elif goes_on:
            keys.keep(taken)
        taken.save()


class KeptReport(Report):
    """The report of one stretch; only the first that has something to report has the header row."""

    def __init__(self, path: Path, *, is_first: bool) -> None:
        super().__init__(path)
        self._is_first = is_first

    def _write(self, cells: Sequence[str]) -> None:
        if self._is_first or self.count:
            super()._write(cells)


def _keep_report(taken: FileImport, path: Path) -> None:
    last = ImportPart.objects.filter(file=taken, kind=PartKind.REPORT).aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    packer = zlib.compressobj(level=3, wbits=31)
    with path.open("rb") as plain:
        if position:
            plain.seek(len(BOM_UTF8))
        while chunk := plain.read(PIECE_BYTES):
            content = packer.compress(chunk) + packer.flush(zlib.Z_SYNC_FLUSH)
            ImportPart.objects.create(file=taken, kind=PartKind.REPORT, position=position, content=content)
            position += 1
    ImportPart.objects.create(file=taken, kind=PartKind.REPORT, position=position, content=packer.flush())


def _shown(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "column": problem.column, "reason": problem.reason.replace("\x00", "␀")}


def _importer(taken: FileImport) -> Importer[Any]:
    by: Membership | None = taken.by
    importer: Importer[Any] = IMPORTERS[Kind(taken.kind)](taken.organization_id, taken.source, by=by)
    return importer


def _layout(taken: FileImport, header: Sequence[str]) -> Layout:
    """The file's columns; a row without a number is known by its name, one without a time was opened that day."""
    columns: dict[str, str] = dict(taken.mapping)
    columns.setdefault("external_id", columns.get(NAMING[Kind(taken.kind)], ""))
    forms = tuple(filter(None, taken.date_form.split("|")))
    midnight = _midnight(taken)
    written = midnight.strftime(forms[0]) if forms else midnight.isoformat()
    mapping = Mapping(
        columns=columns,
        constants={} if "opened_at" in columns else {"opened_at": written},
        values=values_of(taken.kind),
        date_formats=forms,
    )
    importer = IMPORTERS[Kind(taken.kind)]
    return Layout.bind(mapping, header, zone=taken.organization.zone, fields=importer.fields)


def _midnight(taken: FileImport) -> datetime:
    day = timezone.localtime(taken.created_at, taken.organization.zone).date()
    return datetime.combine(day, datetime.min.time(), taken.organization.zone)
