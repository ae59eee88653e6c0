"""Making the stored facts of some source keys exactly what they should be, with a constant number of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection

Key = tuple[int, str]
FIND_KEYS = """
SELECT metric_id, source_key, occurred_at FROM kpis_sourcekey
WHERE metric_id = ANY(%(metrics)s) AND source_key = ANY(%(keys)s)
"""
FIND_KEYS_OF_ROWS = f"""
{FIND_KEYS}
UNION ALL
SELECT k.metric_id, k.source_key, k.occurred_at
FROM unnest(%(keys)s::text[]) AS row(key)
JOIN kpis_sourcekey AS k
    ON k.metric_id = ANY(%(metrics)s) AND k.source_key > row.key || ':' AND k.source_key < row.key || ';'
"""
NAMED = """
FROM unnest(%(metrics)s::bigint[], %(keys)s::text[], %(times)s::timestamptz[]) AS k(metric_id, source_key, occurred_at)
"""
# The bounds are literals, so that the planner looks only into the months between them.
SAME_FACT = """
    f.metric_id = k.metric_id AND f.source_key = k.source_key AND f.occurred_at = k.occurred_at
    AND f.occurred_at BETWEEN %(first)s AND %(last)s
"""
READ = f"""
SELECT f.metric_id, f.source_key, f.occurred_at, f.value, f.team_id, f.member_id, f.label
{NAMED} JOIN kpis_measurement AS f ON {SAME_FACT}
"""
DELETE = f"DELETE FROM kpis_measurement AS f USING ( SELECT * {NAMED} ) AS k WHERE {SAME_FACT}"
INSERT = """
INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value, team_id, member_id, label)
SELECT metric_id, source_key, occurred_at, value, team_id, member_id, label
FROM json_to_recordset(%s) AS f(metric_id bigint, source_key text, occurred_at timestamptz, value numeric,
    team_id bigint, member_id bigint, label text)
"""


class StoredFact(msgspec.Struct, frozen=True):
    """A fact as it is stored, without the time of storing; equal facts need no write."""

    metric_id: int
    source_key: str
    occurred_at: datetime
    value: Decimal
    team_id: int | None
    member_id: int | None
    label: str

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.metric_id, self.source_key


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """What became of the wanted facts, and how many others were removed."""

    stored: int
    replaced: int
    unchanged: int
    retracted: int

    @property
    def changed(self) -> int:
        """How many facts are different now."""
        return self.stored + self.replaced + self.retracted


def facts_by_key(metric_ids: Collection[int], source_keys: Sequence[str]) -> dict[Key, StoredFact]:
    """The stored facts of exactly these source keys."""
    return _found(FIND_KEYS, metric_ids, source_keys)


def facts_of_rows(metric_ids: Collection[int], row_keys: Sequence[str]) -> dict[Key, StoredFact]:
    """The stored facts of these rows (`task:5`), with all their parts (`task:5:reopened-2`)."""
    return _found(FIND_KEYS_OF_ROWS, metric_ids, row_keys)


def replace_facts(known: Mapping[Key, StoredFact], wanted: Iterable[StoredFact]) -> StoreCounts:
    """Exactly `wanted` is stored in place of `known`; equal facts are not touched. The triggers log what changed."""
    new = {fact.key: fact for fact in wanted}
    written = [fact for key, fact in new.items() if known.get(key) != fact]
    replaced = [known[fact.key] for fact in written if fact.key in known]
    retracted = [fact for key, fact in known.items() if key not in new]
    _delete(replaced + retracted)
    _insert(written)
    return StoreCounts(
        stored=len(written) - len(replaced),
        replaced=len(replaced),
        unchanged=len(new) - len(written),
        retracted=len(retracted),
    )


def _found(sql: str, metric_ids: Collection[int], keys: Sequence[str]) -> dict[Key, StoredFact]:
    if not metric_ids or not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, {"metrics": list(metric_ids), "keys": list(keys)})
        found = cursor.fetchall()
        if not found:
            return {}
        cursor.execute(READ, _named(found))
        facts = [StoredFact(*row) for row in cursor.fetchall()]
    return {fact.key: fact for fact in facts}


def _delete(facts: Sequence[StoredFact]) -> None:
    if facts:
        with connection.cursor() as cursor:
            cursor.execute(
                DELETE, _named([(fact.metric_id, fact.source_key, fact.occurred_at) for fact in facts])
            )


def _insert(facts: Sequence[StoredFact]) -> None:
    if facts:
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [msgspec.json.encode(facts).decode()])


def _named(facts: Sequence[tuple[int, str, datetime]]) -> dict[str, Any]:
    metrics, keys, times = zip(*facts, strict=True)
    return {
        "metrics": list(metrics),
        "keys": list(keys),
        "times": list(times),
        "first": min(times),
        "last": max(times),
    }
