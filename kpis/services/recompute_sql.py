"""The one statement that makes day cells what the facts say. `kpi_verify` proves it by another."""

# A local day lies within one day of the same UTC day in every time zone, past and present.
RECOMPUTE = """
WITH dirty AS (
    SELECT d.metric_id, d.first_on, d.last_on, m.is_ordinal, o.time_zone,
        d.first_on::timestamp AT TIME ZONE 'UTC' - interval '1 day' AS from_at,
        d.last_on::timestamp AT TIME ZONE 'UTC' + interval '2 days' AS to_at
    FROM unnest(%(metrics)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS d(metric_id, first_on, last_on)
    JOIN kpis_metric AS m ON m.id = d.metric_id
    JOIN people_organization AS o ON o.id = m.organization_id
), facts AS (
    SELECT f.metric_id, (f.occurred_at AT TIME ZONE d.time_zone)::date AS day,
        coalesce(f.team_id, 0) AS team_id, coalesce(f.member_id, 0) AS member_id, f.label, f.value, f.occurred_at,
        d.is_ordinal
    FROM dirty AS d
    JOIN kpis_measurement AS f
        ON f.metric_id = d.metric_id AND f.occurred_at >= d.from_at AND f.occurred_at < d.to_at
    WHERE (f.occurred_at AT TIME ZONE d.time_zone)::date BETWEEN d.first_on AND d.last_on
        AND f.occurred_at >= %(first)s::timestamp AT TIME ZONE 'UTC' - interval '1 day'
        AND f.occurred_at < %(last)s::timestamp AT TIME ZONE 'UTC' + interval '2 days'
), fresh AS MATERIALIZED (
    SELECT metric_id, day, team_id, member_id, label,
        count(*) AS n, sum(value) AS total, sum(value * value) AS squares,
        min(value) AS smallest, max(value) AS largest,
        (max(ARRAY[extract(epoch FROM occurred_at), value]))[2] AS last_value, max(occurred_at) AS last_at,
        CASE WHEN bool_and(is_ordinal) THEN ARRAY[
            count(*) FILTER (WHERE value = 0), count(*) FILTER (WHERE value = 1),
            count(*) FILTER (WHERE value = 2), count(*) FILTER (WHERE value = 3),
            count(*) FILTER (WHERE value = 4), count(*) FILTER (WHERE value = 5),
            count(*) FILTER (WHERE value = 6), count(*) FILTER (WHERE value = 7),
            count(*) FILTER (WHERE value = 8), count(*) FILTER (WHERE value = 9),
            count(*) FILTER (WHERE value = 10)] END AS score_counts
    FROM facts GROUP BY metric_id, day, team_id, member_id, label
), stored AS (
    INSERT INTO kpis_daycell AS c (metric_id, day, team_id, member_id, label, n, total, squares,
        smallest, largest, last_value, last_at, score_counts, version)
    SELECT metric_id, day, team_id, member_id, label, n, total, squares,
        smallest, largest, last_value, last_at, score_counts, nextval('kpis_cell_version')
    FROM fresh
    ON CONFLICT (metric_id, day, team_id, member_id, label) DO UPDATE SET
        n = excluded.n, total = excluded.total, squares = excluded.squares, smallest = excluded.smallest,
        largest = excluded.largest, last_value = excluded.last_value, last_at = excluded.last_at,
        score_counts = excluded.score_counts, version = excluded.version, recomputed_at = statement_timestamp()
    WHERE (c.n, c.total, c.squares, c.smallest, c.largest, c.last_value, c.last_at, c.score_counts)
        IS DISTINCT FROM (excluded.n, excluded.total, excluded.squares, excluded.smallest, excluded.largest,
            excluded.last_value, excluded.last_at, excluded.score_counts)
    RETURNING 1
), emptied AS (
    UPDATE kpis_daycell AS c SET n = 0, total = 0, squares = 0, smallest = NULL, largest = NULL,
        last_value = NULL, last_at = NULL, score_counts = NULL,
        version = nextval('kpis_cell_version'), recomputed_at = statement_timestamp()
    FROM dirty AS d
    WHERE c.metric_id = d.metric_id AND c.day BETWEEN d.first_on AND d.last_on AND c.n > 0 AND NOT EXISTS (
        SELECT FROM fresh AS f
        WHERE f.metric_id = c.metric_id AND f.day = c.day AND f.label = c.label
            AND f.team_id = c.team_id AND f.member_id = c.member_id)
    RETURNING 1
)
SELECT (SELECT count(*) FROM stored) + (SELECT count(*) FROM emptied)
"""
CLAIM = """
DELETE FROM kpis_dirtyrange WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM kpis_dirtyrange WHERE shard = %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING metric_id, first_on, last_on
"""
PUT_BACK = """
INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on)
SELECT metric_id, %(shard)s, first_on, last_on
FROM unnest(%(metrics)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS d(metric_id, first_on, last_on)
"""
