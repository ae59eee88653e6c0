"""What a person says about a file that was taken in: which column is what, check it, store it."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import InvalidInput, NotAllowed, NotVisible, Refusal, Sentence
from common.queue import enqueue
from home.first_steps import SAMPLE_SOURCE
from imports.choices import PartKind, State
from imports.library import FIELDS, LABELS, NAMING
from imports.models import FileImport, ImportPart
from imports.permissions import can_import
from people.models import Membership

OVER = (State.STORED, State.CANCELLED)


class ImportIsBusy(Refusal):
    """A worker has the file."""

    code = "import_is_busy"


class ImportIsOver(Refusal):
    """The file was stored or cancelled, and is not kept any more."""

    code = "import_is_over"
    sentence = gettext_lazy("This import is over. Bring the file in anew.")


@transaction.atomic
def start_check(
    by: Membership, import_id: int, *, columns: Mapping[str, str], date_form: str = "", source: str = "csv"
) -> FileImport:
    """The columns are what the person says, and a worker begins to read every row without storing any.

    Refuses columns that the file does not have, a missing name of the rows, and a file that is with a worker or stored.
    """
    taken = _locked(by, import_id)
    if taken.state in (State.CHECKING, State.STORING):
        raise ImportIsBusy
    if taken.state in OVER:
        raise ImportIsOver
    _refuse_wrong(taken, columns, source)
    taken.mapping = {field: column for field, column in columns.items() if column}
    taken.date_form, taken.source = date_form, source
    return _begin(taken, State.CHECKING)


@transaction.atomic
def start_storing(by: Membership, import_id: int) -> FileImport:
    """A worker begins to store the rows that were found usable. Asked twice, it begins once."""
    taken = _locked(by, import_id)
    if taken.state in (State.STORING, State.STORED):
        return taken
    if taken.state != State.CHECKED:
        raise ImportIsBusy(_("Check the file first."))
    taken.by = by
    return _begin(taken, State.STORING)


@transaction.atomic
def cancel_import(by: Membership, import_id: int) -> FileImport:
    """Nothing more of the file is checked or stored, and it is not kept; rows that were stored stay. Twice is once.

    A worker that has the file notices within a batch. Refuses a file that was stored to its end.
    """
    taken = _locked(by, import_id)
    if taken.state == State.STORED:
        raise ImportIsOver
    taken.state, taken.beat_at, taken.first_rows = State.CANCELLED, None, []
    taken.save(update_fields=["state", "beat_at", "first_rows"])
    ImportPart.objects.filter(file=taken).exclude(kind=PartKind.REPORT).delete()
    return taken


def _begin(taken: FileImport, state: State) -> FileImport:
    taken.state, taken.beat_at, taken.refusal = state, None, ""
    taken.rows_done = taken.bytes_done = taken.lines_done = taken.percent = taken.reported = 0
    taken.created = taken.updated = taken.unchanged = 0
    taken.problems = []
    taken.save()
    ImportPart.objects.filter(file=taken).exclude(kind=PartKind.FILE).delete()
    enqueue("imports.carry_out", organization_id=taken.organization_id)
    return taken


def _locked(by: Membership, import_id: int) -> FileImport:
    taken = FileImport.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=import_id).first()
    if taken is None:
        raise NotVisible
    if not can_import(by, taken.kind):
        raise NotAllowed
    return taken


def _refuse_wrong(taken: FileImport, columns: Mapping[str, str], source: str) -> None:
    problems: dict[str, list[Sentence]] = {}
    for field, column in columns.items():
        if field not in FIELDS[taken.kind] or (column and column not in taken.columns):
            problems[f"column_{field}"] = [_("There is no such choice.")]
    naming = NAMING[taken.kind]
    if not columns.get(naming):
        problems[f"column_{naming}"] = [
            _("Say which column holds it: %(label)s.") % {"label": LABELS[naming]}
        ]
    if source.startswith(SAMPLE_SOURCE) or not source:
        problems["source"] = [_("Take another name.")]
    if problems:
        raise InvalidInput(problems)
