"""The proof of the cells: one plain statement over all facts, compared with what is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

STATE = (
    "n, total, squares, smallest, largest, first_value, first_at, last_value, last_at, score_counts,"
    " sketch_values, sketch_counts"
)
# Deliberately not the statement of the roll-up. One statement sees facts, cells and the dirty log at one moment.
# Frozen days whose facts are in an archive cannot be compared.
WRONG_CELLS = """
WITH asked AS (
    SELECT m.*, o.time_zone FROM kpis_metric AS m JOIN people_organization AS o ON o.id = m.organization_id
    WHERE (%(organization)s::bigint IS NULL OR o.id = %(organization)s)
        AND (%(metrics)s::bigint[] IS NULL OR m.id = ANY(%(metrics)s)) AND {metric_flag}
), placed AS (
    SELECT f.metric_id, (f.occurred_at AT TIME ZONE m.time_zone)::date AS day, {hour} AS hour,
        coalesce(f.team_id, 0) AS team_id, coalesce(f.member_id, 0) AS member_id, f.label,
        f.value, f.weight, f.occurred_at, m.is_ordinal, m.keeps_order, m.keeps_percentiles
    FROM kpis_measurement AS f JOIN asked AS m ON m.id = f.metric_id
    WHERE (%(first)s::date IS NULL OR f.occurred_at > %(first)s::date - interval '2 days')
        AND (%(last)s::date IS NULL OR f.occurred_at < %(last)s::date + interval '3 days')
), counted AS (
    SELECT *, count(*) OVER (PARTITION BY metric_id, day, hour, team_id, member_id, label) AS beside FROM placed
    WHERE day BETWEEN coalesce(%(first)s::date, '-infinity') AND coalesce(%(last)s::date, 'infinity')
), sketches AS (
    SELECT metric_id, day, hour, team_id, member_id, label,
        array_agg(v ORDER BY v) AS sketch_values, array_agg(w ORDER BY v)::bigint[] AS sketch_counts
    FROM (
        SELECT metric_id, day, hour, team_id, member_id, label, sum(weight) AS w, CASE
            WHEN beside <= 64 OR value = 0 THEN value::float8
            ELSE sign(value) * 2 * (1.01::float8 / 0.99) ^ ceil(ln(abs(value::float8)) / ln(1.01::float8 / 0.99))
                / (1 + 1.01::float8 / 0.99) END AS v
        FROM counted WHERE keeps_percentiles GROUP BY 1, 2, 3, 4, 5, 6, 8
    ) AS bins GROUP BY 1, 2, 3, 4, 5, 6
), truth AS (
    SELECT metric_id, day, hour, team_id, member_id, label,
        sum(weight) AS n, sum(weight * value) AS total, sum(weight * value * value) AS squares,
        min(value) AS smallest, max(value) AS largest,
        CASE WHEN keeps_order THEN (array_agg(value ORDER BY occurred_at, value))[1] END AS first_value,
        CASE WHEN keeps_order THEN min(occurred_at) END AS first_at,
        CASE WHEN keeps_order THEN (array_agg(value ORDER BY occurred_at DESC, value DESC))[1] END AS last_value,
        CASE WHEN keeps_order THEN max(occurred_at) END AS last_at,
        CASE WHEN is_ordinal THEN (
            SELECT array_agg(coalesce(t.w, 0) ORDER BY score)::bigint[] FROM generate_series(0, 10) AS score
            LEFT JOIN (
                SELECT v, sum(w) AS w FROM unnest(array_agg(value), array_agg(weight)) AS u(v, w) GROUP BY v
            ) AS t ON t.v = score) END AS score_counts
    FROM counted GROUP BY 1, 2, 3, 4, 5, 6, is_ordinal, keeps_order
), stored AS (
    SELECT c.metric_id, c.day, {stored_hour} AS hour, c.team_id, c.member_id, c.label, c.n, c.total, c.squares,
        c.smallest, c.largest, c.first_value, c.first_at, c.last_value, c.last_at, c.score_counts,
        k.sketch_values, k.sketch_counts
    FROM {table} AS c JOIN asked AS m ON m.id = c.metric_id
    LEFT JOIN LATERAL (
        SELECT array_agg(v ORDER BY v) AS sketch_values, array_agg(w ORDER BY v)::bigint[] AS sketch_counts FROM (
            SELECT v, sum(coalesce(w, 1)) AS w FROM unnest(c.sketch_values, c.sketch_counts) AS u(v, w) GROUP BY v
        ) AS grouped
    ) AS k ON true
    WHERE c.n > 0 AND c.day BETWEEN coalesce(%(first)s::date, '-infinity') AND coalesce(%(last)s::date, 'infinity')
)
SELECT m.key, coalesce(t.day, s.day), coalesce(t.hour, s.hour), coalesce(t.team_id, s.team_id),
    coalesce(t.member_id, s.member_id), coalesce(t.label, s.label),
    coalesce(t.n, 0)::bigint, coalesce(s.n, 0), coalesce(t.total, 0), coalesce(s.total, 0)
FROM (SELECT * FROM truth LEFT JOIN sketches USING (metric_id, day, hour, team_id, member_id, label)) AS t
FULL JOIN stored AS s ON s.metric_id = t.metric_id AND s.day = t.day AND s.hour = t.hour
    AND s.label = t.label AND s.team_id = t.team_id AND s.member_id = t.member_id
JOIN asked AS m ON m.id = coalesce(t.metric_id, s.metric_id)
WHERE ({truth_state}) IS DISTINCT FROM ({stored_state})
    AND NOT EXISTS (
        SELECT FROM kpis_dirtyrange AS d
        WHERE d.metric_id = m.id AND coalesce(t.day, s.day) BETWEEN d.first_on AND d.last_on)
    AND NOT (coalesce(t.day, s.day) < coalesce(m.final_before, '-infinity'::date) AND EXISTS (
        SELECT FROM kpis_archivedmonth AS a WHERE a.restored_at IS NULL
            AND coalesce(t.day, s.day) BETWEEN a.month - 1 AND (a.month + interval '1 month')::date))
ORDER BY 1, 2, 3, 4, 5, 6
"""
DAYS = {
    "metric_flag": "true",
    "hour": "'epoch'::timestamptz",
    "stored_hour": "'epoch'::timestamptz",
    "table": "kpis_daycell",
}
HOURS = {
    "metric_flag": "m.keeps_hours",
    "hour": "f.occurred_at - (f.occurred_at AT TIME ZONE m.time_zone"
    " - date_trunc('hour', f.occurred_at AT TIME ZONE m.time_zone))",
    "stored_hour": "c.hour",
    "table": "kpis_hourcell",
}
STATES = {
    side: ", ".join(f"{side[0]}.{name}" for name in STATE.split(", "))
    for side in ("truth_state", "stored_state")
}
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell that is not what the facts say and waits for no worker; `hour` is None for a day."""

    metric: str
    day: date
    hour: datetime | None
    team_id: int
    member_id: int
    label: str
    n_of_facts: int
    n_stored: int
    total_of_facts: object
    total_stored: object


def wrong_cells(
    organization_id: int | None = None,
    *,
    metric_ids: Sequence[int] | None = None,
    first_on: date | None = None,
    last_on: date | None = None,
) -> Iterator[WrongCell]:
    """Every wrong day and hour cell of these, or of all; days that still wait for a worker are not wrong."""
    asked = {
        "organization": organization_id,
        "metrics": None if metric_ids is None else list(metric_ids),
        "first": first_on,
        "last": last_on,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for grain in (DAYS, HOURS):
            cursor.execute(WRONG_CELLS.format(**grain, **STATES), asked)
            while found := cursor.fetchmany(AT_ONCE):
                for metric, day, hour, *rest in found:
                    yield WrongCell(metric, day, hour if grain is HOURS else None, *rest)
