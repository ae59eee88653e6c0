"""The way of every row: read, understood, not met before, stored in a batch. Whatever fails is reported."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from common.errors import InvalidInput, Refusal
from common.importing.cells import Cells, Layout
from common.importing.errors import BadCell
from common.importing.progress import Progress
from common.importing.records import Problem, Row
from common.importing.report import Report

Item = TypeVar("Item")
# A batch of long histories is stored early, so that memory stays bounded.
ROWS_PER_ITEM = 10
FAILURES = (DataError, IntegrityError, Refusal)


class Counts(Protocol):
    """What a bulk service says became of a batch."""

    @property
    def created(self) -> int: ...
    @property
    def updated(self) -> int: ...
    @property
    def unchanged(self) -> int: ...


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """What became of a batch, for importers whose service counts otherwise."""

    created: int
    updated: int
    unchanged: int


class Importer(Protocol[Item]):
    """One kind of row: what its fields are, how cells become an item, and where items are stored."""

    @property
    def fields(self) -> Collection[str]: ...
    @property
    def required(self) -> Collection[str]: ...
    @property
    def key_field(self) -> str: ...

    def item_of(self, cells: Cells) -> Item: ...
    def key_of(self, item: Item) -> str: ...
    def store(self, items: Sequence[Item]) -> Counts: ...


class Seen(Protocol):
    """What remembers the keys of the rows before."""

    def first_line_of(self, key: str, line: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Pending(Generic[Item]):
    """An item and the rows of the file that it was made of."""

    item: Item
    rows: Sequence[Row]


@dataclass(slots=True)
class Outcome:
    """The sums of an import; `rows_in` must equal `rows_stored` + `rows_reported`."""

    rows_in: int = 0
    rows_stored: int = 0
    rows_reported: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def items(self) -> int:
        """How many things the stored rows are."""
        return self.created + self.updated + self.unchanged

    @property
    def adds_up(self) -> bool:
        """Whether no row was lost."""
        return self.rows_in == self.rows_stored + self.rows_reported


@dataclass(slots=True)
class Run(Generic[Item]):
    """One import of one file. With `dry_run` every batch is stored and rolled back: all checks apply."""

    importer: Importer[Item]
    layout: Layout
    report: Report
    batch_size: int
    dry_run: bool
    progress: Progress
    outcome: Outcome = field(default_factory=Outcome)
    _pending: list[Pending[Item]] = field(default_factory=list)
    _pending_rows: int = 0

    def import_rows(self, table: Iterable[Row | Problem], seen: Seen) -> Outcome:
        """Each row is one item. A key that was seen before is reported: the first row with it counts."""
        for row in table:
            self.count(row)
            if isinstance(row, Row):
                self._take(row, seen)
        self.flush()
        return self.outcome

    def _take(self, row: Row, seen: Seen) -> None:
        try:
            item = self.importer.item_of(Cells(self.layout, row.values))
        except (BadCell, InvalidInput) as error:
            self.refuse([row], error)
            return
        first_line = seen.first_line_of(self.importer.key_of(item), row.line)
        if first_line != row.line:
            reason = _("The same key stands on line %(line)s; that row counts.") % {"line": first_line}
            self.refuse([row], BadCell(self.importer.key_field, reason))
            return
        self.add(Pending(item, [row]))

    def count(self, row: Row | Problem) -> None:
        """One row more was read; what could not be read is reported."""
        self.outcome.rows_in += 1
        self.progress.row_read()
        if isinstance(row, Problem):
            self._report(row)

    def refuse(self, rows: Sequence[Row], error: Exception) -> None:
        """These rows are not stored, because of `error`."""
        field_name, reason = _explained(error)
        column = self.layout.columns.get(field_name, field_name)
        for row in rows:
            self._report(Problem(row.line, column, reason, row.values))

    def add(self, pending: Pending[Item]) -> None:
        """Store the item with the next full batch."""
        self._pending.append(pending)
        self._pending_rows += len(pending.rows)
        if len(self._pending) >= self.batch_size or self._pending_rows >= ROWS_PER_ITEM * self.batch_size:
            self.flush()

    def flush(self) -> None:
        """Everything added so far is stored, or reported."""
        pending, self._pending, self._pending_rows = self._pending, [], 0
        if pending:
            self._store(pending)

    def _store(self, pending: Sequence[Pending[Item]]) -> None:
        """All of a batch, or, where the database refuses one, all but that one."""
        try:
            counts = self._store_together([one.item for one in pending])
        except FAILURES as error:
            if len(pending) == 1:
                self.refuse(pending[0].rows, error)
                return
            middle = len(pending) // 2
            self._store(pending[:middle])
            self._store(pending[middle:])
            return
        self.outcome.created += counts.created
        self.outcome.updated += counts.updated
        self.outcome.unchanged += counts.unchanged
        if counts.created + counts.updated + counts.unchanged != len(pending):
            raise AssertionError(f"a batch of {len(pending)} was stored as {counts}")
        self.outcome.rows_stored += sum(len(one.rows) for one in pending)

    def _store_together(self, items: Sequence[Item]) -> Counts:
        with transaction.atomic():
            counts = self.importer.store(items)
            if self.dry_run:
                transaction.set_rollback(True)
        return counts

    def _report(self, problem: Problem) -> None:
        self.outcome.rows_reported += 1
        self.report.add(problem)


def _explained(error: Exception) -> tuple[str, str]:
    if isinstance(error, BadCell):
        return error.field, error.reason
    if isinstance(error, InvalidInput):
        name, sentences = next(iter(error.fields.items()), ("", [error.detail]))
        return name.rsplit("/", 1)[-1], " ".join(str(sentence) for sentence in sentences)
    if isinstance(error, Refusal):
        return "", str(error.detail)
    return "", _("The database refuses the row: %(reason)s") % {"reason": str(error).splitlines()[0][:200]}
