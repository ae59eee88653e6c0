"""Where cell-shaped rows come from, as the SQL text of one relation."""

from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import Any

from kpis.cellsql.facts import BY_ORGANIZATION, days_asked, facts_of, keys_of_cell
from kpis.cellsql.folding import folded
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
# The dirty days of each metric in its span, as ranges that do not overlap.
DIRTY_SPANS = f"""
(SELECT i.metric_id, lower(i.days) AS first_on, upper(i.days) - 1 AS last_on FROM (
    SELECT s.metric_id, unnest(range_agg(
        daterange(r.first_on, r.last_on, '[]') * daterange(s.first_on, s.last_on, '[]'))) AS days
    FROM {SPANS} JOIN kpis_dirtyrange AS r ON r.shard = kpis_shard(s.metric_id) AND r.metric_id = s.metric_id
        AND r.first_on <= s.last_on AND r.last_on >= s.first_on
    GROUP BY s.metric_id) AS i) AS s
"""  # noqa: S608 - put together from constants
# A published day is what it is now, or what the earliest restatement after the moment says it was.
AS_OF = f"""
(SELECT c.metric_id, c.day, {", ".join(f"c.{name}" for name in PLACE)}, c.version,
    {", ".join(f"CASE WHEN r.metric_id IS NULL THEN c.{name} ELSE r.{name} END AS {name}" for name in COLUMNS)}
FROM {SPANS}
JOIN kpis_metric AS m ON m.id = s.metric_id
CROSS JOIN LATERAL (
    SELECT max(through_on) AS through_on FROM kpis_publication AS p
    WHERE p.organization_id = m.organization_id AND p.published_at <= %(as_of)s) AS p
JOIN kpis_daycell AS c ON c.metric_id = s.metric_id AND c.day >= s.first_on AND c.day <= least(s.last_on, p.through_on)
    AND p.through_on IS NOT NULL
LEFT JOIN LATERAL (
    SELECT r.* FROM kpis_restatement AS r
    WHERE r.metric_id = c.metric_id AND r.day = c.day AND r.team_id = c.team_id AND r.member_id = c.member_id
        AND r.label = c.label AND r.restated_at > %(as_of)s
    ORDER BY r.restated_at, r.id LIMIT 1) AS r ON true)
"""  # noqa: S608 - put together from constants


# The day of each metric's first fact; of a strict read as the cells will have it once the dirty days are recomputed.
FIRST_DAYS = """
SELECT m.id AS metric_id, (
    SELECT min(c.day) FROM kpis_daycell AS c WHERE c.metric_id = m.id AND c.n > 0{settled}) AS day
FROM unnest(%(metrics)s::bigint[]) AS m(id)
"""
SETTLED = """
 AND NOT EXISTS (SELECT FROM pending AS d WHERE d.metric_id = c.metric_id AND c.day BETWEEN d.first_on AND d.last_on)
"""
FIRST_DAYS_STRICT = f"""
WITH pending AS MATERIALIZED ({days_asked(DIRTY_SPANS, skip_frozen=True)})
SELECT metric_id, min(day) AS day FROM (
    {FIRST_DAYS.format(settled=SETTLED)}
    UNION ALL SELECT d.metric_id, min({BY_ORGANIZATION.day}) FROM {facts_of("pending", BY_ORGANIZATION)} GROUP BY 1
) AS known GROUP BY 1
"""  # noqa: S608 - put together from constants


def first_days(source: Source) -> str:
    """A relation to be named by the caller: metrics and the day of the first fact of each, null where there is none."""
    if source is Source.AS_OF:
        return f"(SELECT c.metric_id, min(c.day) AS day FROM {AS_OF} AS c WHERE c.n > 0 GROUP BY 1)"  # noqa: S608 - as above
    return f"({FIRST_DAYS_STRICT if source is Source.STRICT else FIRST_DAYS.format(settled='')})"


def cells_of(source: Source, *, hours: bool = False) -> str:
    """A relation to be named by the caller, who narrows it to metrics and days: places, states and versions.

    Hour cells have `hour` beside `day`; hours are not published. The parameters are those of `spans`, AS_OF also needs
    `as_of`. What is folded from facts has version 0. CELLS is the table itself, which plans in half the time.
    """
    if source is Source.AS_OF:
        if hours:
            raise ValueError("Only days are published.")
        return AS_OF
    if source is Source.CELLS:
        return _table(hours)
    if source is Source.FACTS:
        return f"({_from_facts(f'({days_asked(SPANS, skip_frozen=False)})', hours)})"
    pending = days_asked(DIRTY_SPANS, skip_frozen=True)
    return f"""
(WITH pending AS MATERIALIZED ({pending})
{_stored(hours)} WHERE NOT EXISTS (
    SELECT FROM pending AS d WHERE d.metric_id = c.metric_id AND c.day BETWEEN d.first_on AND d.last_on)
UNION ALL {_from_facts("pending", hours)})
"""


def spans(asked: Iterable[tuple[int, date | None, date]]) -> dict[str, Any]:
    """The parameters of a relation: each metric once, with its first local day (None: the beginning) and its last."""
    each = [(metric_id, first_on or date.min, last_on) for metric_id, first_on, last_on in asked]
    return {
        "metrics": [metric_id for metric_id, _, _ in each],
        "firsts": [first_on for _, first_on, _ in each],
        "lasts": [last_on for _, _, last_on in each],
    }


def _table(hours: bool) -> str:
    return "kpis_hourcell" if hours else "kpis_daycell"


def _columns(hours: bool) -> list[str]:
    return ["metric_id", "day", *PLACE, *(["hour"] if hours else []), *COLUMNS]


def _stored(hours: bool) -> str:
    columns = ", ".join(f"c.{name}" for name in _columns(hours))
    return (
        f"SELECT {columns}, c.version FROM {SPANS} JOIN {_table(hours)} AS c"  # noqa: S608 - put together from constants
        " ON c.metric_id = s.metric_id AND c.day >= s.first_on AND c.day <= s.last_on"
    )


def _from_facts(days: str, hours: bool) -> str:
    columns = ", ".join(f"c.{name}" for name in _columns(hours))
    cells = folded(facts_of(days, BY_ORGANIZATION), keys_of_cell(BY_ORGANIZATION, hours=hours))
    return f"SELECT {columns}, 0::bigint AS version FROM ({cells}) AS c"  # noqa: S608 - put together from constants
