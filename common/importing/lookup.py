"""Finding rows of the organization by the names that files use for them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from common.importing.cells import Cells
from common.importing.errors import BadCell


class Lookup:
    """Ids by name, compared without case; a name that two rows share finds neither."""

    def __init__(self, named: Iterable[tuple[str, int]]) -> None:
        self._ids: dict[str, set[int]] = {}
        for name, row_id in named:
            if name:
                self._ids.setdefault(name.casefold(), set()).add(row_id)

    def id_in(self, cells: Cells, field: str) -> int | None:
        """The id of the row that the cell names; None where the cell is empty. Refuses an unknown name."""
        name = cells.text(field)
        if not name:
            return None
        found = self._ids.get(name.casefold(), set())
        if len(found) != 1:
            sentence = _("“%(name)s” is not known here.") if not found else _("“%(name)s” is not clear.")
            raise BadCell(field, sentence % {"name": name[:60]})
        return next(iter(found))
