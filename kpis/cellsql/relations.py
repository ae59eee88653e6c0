"""Where cell-shaped rows come from, as the SQL text of one relation."""

from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import Any

from kpis.cellsql.state import COLUMNS, PLACE


class Source(Enum):
    """What a number is read from."""

    CELLS = "the stored cells"
    STRICT = "the stored cells, but the facts of days that are dirty"
    FACTS = "the facts alone"
    AS_OF = "the days that were published at a moment, as they were then"


SPANS = """
unnest(%(metrics)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS s(metric_id, first_on, last_on)
"""


def cells_of(source: Source, *, hours: bool = False) -> str:
    """A relation in brackets, to be named by the caller: metric_id, day, team_id, member_id, label, state, version.

    Hour cells have `hour` beside `day`. The parameters are those of `spans`; AS_OF also needs `as_of`. A place may
    come in several rows of one day, so group them by what you ask for.
    """
    if source is not Source.CELLS:
        raise NotImplementedError(source)
    table, place = ("kpis_hourcell", ("day", "hour")) if hours else ("kpis_daycell", ("day",))
    columns = ", ".join(f"c.{name}" for name in ("metric_id", *place, *PLACE, *COLUMNS, "version"))
    return (
        f"(SELECT {columns} FROM {SPANS} JOIN {table} AS c"  # noqa: S608 - put together from constants
        " ON c.metric_id = s.metric_id AND c.day >= s.first_on AND c.day <= s.last_on)"
    )


def spans(asked: Iterable[tuple[int, date | None, date]]) -> dict[str, Any]:
    """The parameters of a relation: each metric once, with its first local day (None: the beginning) and its last."""
    each = [(metric_id, first_on or date.min, last_on) for metric_id, first_on, last_on in asked]
    return {
        "metrics": [metric_id for metric_id, _, _ in each],
        "firsts": [first_on for _, first_on, _ in each],
        "lasts": [last_on for _, _, last_on in each],
        "first": min((first_on for _, first_on, _ in each), default=date.min),
        "last": max((last_on for _, _, last_on in each), default=date.min),
    }
