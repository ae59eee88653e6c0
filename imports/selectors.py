"""What the pages of imports show."""

import zlib
from collections.abc import Iterator

from django.db.models import QuerySet

from common.errors import NotAllowed, NotVisible
from imports.choices import Kind, PartKind
from imports.models import FileImport, ImportPart
from imports.permissions import can_import
from people.models import Membership

RECENT = 5


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
