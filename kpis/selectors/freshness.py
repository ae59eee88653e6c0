"""The state that numbers are read from: what still waits for a worker, how new the cells are, what was published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from kpis.cellsql import Source, first_days
from kpis.cellsql import spans as relation_spans

WAITING = """
SELECT 'waiting' AS kind, metric_id, first_on, last_on, logged_at AS at, id AS number FROM kpis_dirtyrange
WHERE shard = ANY(%(shards)s) AND metric_id = ANY(%(metrics)s)
"""
BEGUN = "SELECT 'begun', f.metric_id, f.day, NULL::date, NULL::timestamptz, NULL::bigint FROM {days} AS f"
NEWEST = """
SELECT 'newest', c.metric_id, NULL::date, NULL::date, NULL::timestamptz, max(c.version)
FROM unnest(%(spanned)s::bigint[], %(span_firsts)s::date[], %(span_lasts)s::date[]) AS s(metric_id, first_on, last_on)
JOIN {cells} AS c ON c.metric_id = s.metric_id AND c.day >= s.first_on AND c.day <= s.last_on
GROUP BY c.metric_id
"""
PUBLISHED = """
(SELECT 'published', NULL::bigint, NULL::date, through_on, published_at, id FROM kpis_publication
WHERE organization_id = %(organization)s AND published_at <= %(as_of)s ORDER BY published_at DESC, id DESC LIMIT 1)
"""
Span = tuple[int, date | None, date]


@dataclass(frozen=True, slots=True)
class Freshness:
    """Read in one statement before the cells are, so that a stale cell is never called final.

    `ranges` are metric, first and last day, and since when they wait; `waiting_ids` name them in the log. `newest` is
    the newest cell version of each metric in the days asked for, `begun` the day of its first fact.
    """

    ranges: list[tuple[int, date, date, datetime]]
    read_at: datetime
    waiting_ids: list[int] = field(default_factory=list)
    newest: dict[int, int] = field(default_factory=dict)
    begun: dict[int, date] = field(default_factory=dict)
    through_on: date | None = None

    def is_pending(self, metric_ids: Collection[int], first_on: date | None, last_on: date) -> bool:
        """Whether any of these days waits; `first_on` None is from the beginning."""
        return any(
            metric_id in metric_ids and first <= last_on and (first_on is None or last >= first_on)
            for metric_id, first, last, _ in self.ranges
        )

    def fresh_through(self, metric_ids: Collection[int]) -> datetime:
        """Every fact of these metrics that was stored before this moment is in the cells."""
        return min((at for each, _, _, at in self.ranges if each in metric_ids), default=self.read_at)


def freshness(
    metric_ids: Collection[int],
    *,
    spans: Sequence[Span] = (),
    hours: bool = False,
    source: Source = Source.CELLS,
    published: tuple[int, datetime] | None = None,
) -> Freshness:
    """What waits for these metrics now; with `spans` also the newest versions of the cells on those days.

    `source` is what the values will be read from. `published` asks instead what an organization had published at a
    moment, and when its facts began then. One query, which reads no fact but, for a strict read, those of dirty days.
    """
    read_at = timezone.now()
    parts, parameters = [WAITING, BEGUN.format(days=first_days(source))], _parameters(metric_ids, spans)
    if spans:
        parts.append(NEWEST.format(cells="kpis_hourcell" if hours else "kpis_daycell"))
    if published:
        parts = [BEGUN.format(days=first_days(Source.AS_OF)), PUBLISHED]
        parameters |= {"organization": published[0], "as_of": published[1]}
    with connection.cursor() as cursor:
        cursor.execute("\nUNION ALL\n".join(parts), parameters)
        rows = cursor.fetchall()
    waiting = sorted((row[1:] for row in rows if row[0] == "waiting"), key=lambda row: row[-1])
    return Freshness(
        ranges=[(metric_id, first, last, at) for metric_id, first, last, at, _ in waiting],
        read_at=read_at,
        waiting_ids=[number for *_, number in waiting],
        newest={row[1]: row[5] for row in rows if row[0] == "newest"},
        begun={row[1]: row[2] for row in rows if row[0] == "begun" and row[2] is not None},
        through_on=next((row[3] for row in rows if row[0] == "published"), None),
    )


def _parameters(metric_ids: Collection[int], spans: Sequence[Span]) -> dict[str, Any]:
    return {
        **relation_spans((metric_id, None, date.max) for metric_id in metric_ids),
        "shards": sorted({metric_id % settings.KPI_SHARDS for metric_id in metric_ids}),
        "spanned": [metric_id for metric_id, _, _ in spans],
        "span_firsts": [first_on or date.min for _, first_on, _ in spans],
        "span_lasts": [last_on for _, _, last_on in spans],
    }
