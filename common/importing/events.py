"""Event logs: many rows of a file are the history of one item."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Protocol, TypeVar, runtime_checkable

from django.utils.translation import gettext as _

from common.errors import InvalidInput
from common.importing.cells import Cells
from common.importing.errors import BadCell
from common.importing.records import Row, Table
from common.importing.run import Importer, Outcome, Pending, Run
from common.importing.spool import Spool

Item = TypeVar("Item")
EVENT_LIMIT = 5_000


@runtime_checkable
class CaseImporter(Importer[Item], Protocol[Item]):
    """An importer that also makes one item of all the events of a case."""

    def event_of(self, cells: Cells) -> tuple[str, str]:
        """The case and a text that sorts by time; refuses an event that cannot be used."""

    def item_of_case(self, events: Sequence[Cells]) -> Item:
        """The item whose history these events are, given in order of time."""


def import_cases(run: Run[Item], importer: CaseImporter[Item], table: Table) -> Outcome:
    """Each case is one item, in whatever order its rows stand. A case with a wrong event is held back whole,
    because a history with a hole gives wrong durations; its other rows are reported with that line."""
    with Spool() as spool:
        for row in table:
            run.count(row)
            if isinstance(row, Row):
                _keep(run, importer, spool, row)
        run.progress.start_storing(spool.case_count())
        for wrong_line, events in spool.cases():
            rows = list(islice(events, EVENT_LIMIT))
            if wrong_line is not None:
                reason = _("Held back: line %(line)s of the same case is wrong.") % {"line": wrong_line}
                _refuse_all(run, chain(rows, events), reason)
            elif (following := next(events, None)) is not None:
                reason = _("The case has more than %(limit)s events.") % {"limit": EVENT_LIMIT}
                _refuse_all(run, chain(rows, [following], events), reason)
            else:
                _add(run, importer, rows)
            run.progress.case_done()
    run.flush()
    return run.outcome


def _keep(run: Run[Item], importer: CaseImporter[Item], spool: Spool, row: Row) -> None:
    cells = Cells(run.layout, row.values)
    try:
        case, at = importer.event_of(cells)
    except BadCell as error:
        run.refuse([row], error)
        if case := cells.text("external_id"):
            spool.hold_back(case, row.line)
        return
    spool.keep_event(case, at, row)


def _refuse_all(run: Run[Item], rows: Iterable[Row], reason: str) -> None:
    for row in rows:
        run.refuse([row], BadCell("", reason))


def _add(run: Run[Item], importer: CaseImporter[Item], rows: Sequence[Row]) -> None:
    try:
        item = importer.item_of_case([Cells(run.layout, row.values) for row in rows])
    except (BadCell, InvalidInput) as error:
        run.refuse(rows, error)
    else:
        run.add(Pending(item, rows))
