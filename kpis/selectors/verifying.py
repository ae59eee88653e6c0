"""The proof of the cells: one plain GROUP BY over all facts, compared with what is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

# Deliberately not the statement of the rollup. One statement sees facts, cells and the dirty log at one moment.
WRONG_CELLS = """
WITH truth AS (
    SELECT f.metric_id, (f.occurred_at AT TIME ZONE o.time_zone)::date AS day,
        coalesce(f.team_id, 0) AS team_id, coalesce(f.member_id, 0) AS member_id, f.label,
        count(*) AS n, sum(f.value) AS total, sum(f.value * f.value) AS squares,
        min(f.value) AS smallest, max(f.value) AS largest,
        (array_agg(f.value ORDER BY f.occurred_at DESC, f.value DESC))[1] AS last_value,
        CASE WHEN bool_and(m.is_ordinal) THEN (
            SELECT array_agg((SELECT count(*) FROM unnest(array_agg(f.value)) AS v WHERE v = score) ORDER BY score)
            FROM generate_series(0, 10) AS score) END AS score_counts
    FROM kpis_measurement AS f
    JOIN kpis_metric AS m ON m.id = f.metric_id
    JOIN people_organization AS o ON o.id = m.organization_id
    WHERE %(organization)s::bigint IS NULL OR o.id = %(organization)s
    GROUP BY 1, 2, 3, 4, 5
), stored AS (
    SELECT c.* FROM kpis_daycell AS c JOIN kpis_metric AS m ON m.id = c.metric_id
    WHERE c.n > 0 AND (%(organization)s::bigint IS NULL OR m.organization_id = %(organization)s)
)
SELECT m.key, coalesce(t.day, s.day), coalesce(t.team_id, s.team_id), coalesce(t.member_id, s.member_id),
    coalesce(t.label, s.label), coalesce(t.n, 0), coalesce(s.n, 0), coalesce(t.total, 0), coalesce(s.total, 0)
FROM truth AS t
FULL JOIN stored AS s ON s.metric_id = t.metric_id AND s.day = t.day AND s.label = t.label
    AND s.team_id = t.team_id AND s.member_id = t.member_id
JOIN kpis_metric AS m ON m.id = coalesce(t.metric_id, s.metric_id)
WHERE (t.n, t.total, t.squares, t.smallest, t.largest, t.last_value, t.score_counts)
    IS DISTINCT FROM (s.n, s.total, s.squares, s.smallest, s.largest, s.last_value, s.score_counts)
    AND NOT EXISTS (
        SELECT FROM kpis_dirtyrange AS d
        WHERE d.metric_id = m.id AND coalesce(t.day, s.day) BETWEEN d.first_on AND d.last_on)
ORDER BY 1, 2, 3, 4, 5
"""
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell that is not what the facts say and waits for no worker."""

    metric: str
    day: date
    team_id: int | None
    member_id: int | None
    label: str
    n_of_facts: int
    n_stored: int
    total_of_facts: object
    total_stored: object


def wrong_cells(organization_id: int | None = None) -> Iterator[WrongCell]:
    """Every wrong cell of the organization, or of all; days that still wait for a worker are not wrong."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRONG_CELLS, {"organization": organization_id})
        while found := cursor.fetchmany(AT_ONCE):
            for row in found:
                yield WrongCell(*row)
