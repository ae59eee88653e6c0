"""What the pages of imports show."""

import codecs
import csv
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import F, OuterRef, QuerySet, Subquery

from common.errors import NotAllowed, NotVisible
from feedback.models import FeedbackItem, Reply
from goals.models import Goal
from imports.choices import Kind, PartKind
from imports.models import FileImport, ImportPart, SampleBatch, SampleRow
from imports.permissions import can_import, can_manage_samples
from people.models import Membership
from tasks.models import Task

RECENT = 5


@dataclass(frozen=True, slots=True)
class ReportedRow:
    """The `number`-th row that was not stored: where it stands in the file, and why."""

    number: int
    line: int
    column: str
    reason: str
    cells: list[str]


def get_import(actor: Membership, import_id: int) -> FileImport:
    """One file of the actor's organization; refuses whoever may not bring in such rows."""
    found = FileImport.objects.visible_to(actor).select_related("by__user").filter(pk=import_id).first()
    if found is None:
        raise NotVisible
    if not can_import(actor, found.kind):
        raise NotAllowed
    return found


def recent_imports(actor: Membership, kind: Kind) -> QuerySet[FileImport]:
    """The newest files of this kind, for whoever may bring in such rows; refuses others."""
    if not can_import(actor, kind):
        raise NotAllowed
    found = FileImport.objects.visible_to(actor).filter(kind=kind)
    return found.select_related("by__user").order_by("-pk")[:RECENT]


def imports_of(actor: Membership) -> QuerySet[FileImport]:
    """The files of every kind that the actor may bring in; refuses whoever may bring in none."""
    kinds = [kind for kind in Kind if can_import(actor, kind)]
    if not kinds:
        raise NotAllowed
    return FileImport.objects.visible_to(actor).filter(kind__in=kinds).select_related("by__user")


def reported_rows(found: FileImport, *, after: int, limit: int) -> list[ReportedRow]:
    """The rows that were not stored, in the order of the report, behind the first `after` of them."""
    rows = islice(csv.reader(_lines(report_of(found))), 1 + after, 1 + after + limit)
    return [
        ReportedRow(number, int(line), column, reason, cells)
        for number, (line, column, reason, *cells) in enumerate(rows, start=after + 1)
    ]


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """The text of the report line by line, each with its end."""
    waiting = ""
    for text in codecs.iterdecode(chunks, "utf-8-sig"):
        *whole, waiting = (waiting + text).split("\n")
        yield from (f"{line}\n" for line in whole)
    if waiting:
        yield waiting


def report_of(found: FileImport) -> Iterator[bytes]:
    """The report of the rows that were not stored, as CSV, piece by piece."""
    parts = ImportPart.objects.filter(file=found, kind=PartKind.REPORT).order_by("position")
    unpacker = zlib.decompressobj(wbits=31)
    for part_id in list(parts.values_list("pk", flat=True)):
        packed = bytes(ImportPart.objects.values_list("content", flat=True).get(pk=part_id))
        while packed:
            yield unpacker.decompress(packed)
            # A long import wrote one gzip member for each of its stretches.
            packed = unpacker.unused_data
            if packed or unpacker.eof:
                unpacker = zlib.decompressobj(wbits=31)


@dataclass(frozen=True, slots=True)
class SampleChanges:
    """What people have done to sample rows since they were loaded; it goes with them."""

    tasks: int
    items: int
    replies: int
    goals: int

    @property
    def any(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.tasks or self.items or self.replies or self.goals)


def sample_of(actor: Membership) -> SampleBatch | None:
    """The organization's sample data, where there is any; refuses who does not look after the organization."""
    if not can_manage_samples(actor):
        raise NotAllowed
    return SampleBatch.objects.visible_to(actor).select_related("by__user").first()


def changes_since(batch: SampleBatch) -> SampleChanges:
    """How many sample rows were changed by somebody."""
    rows = SampleRow.objects.filter(batch=batch)

    def changed(model: type[Task | FeedbackItem | Goal], name: str) -> int:
        now = Subquery(model.objects.filter(pk=OuterRef("row_id")).values("version"))
        return rows.filter(model=name).annotate(now=now).filter(now__gt=F("version")).count()

    items = rows.filter(model="item").values("row_id")
    replies = Reply.objects.filter(item__in=items, by__isnull=False).count()
    return SampleChanges(changed(Task, "task"), changed(FeedbackItem, "item"), replies, changed(Goal, "goal"))
