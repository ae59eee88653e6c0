"""The one statement that makes cells what the facts say, for days and for hours. `kpi_verify` proves it by another."""

from collections.abc import Collection

from kpis.cellsql.facts import BY_SESSION, days_asked, facts_of, keys_of_cell
from kpis.cellsql.folding import Keeps, folded
from kpis.cellsql.state import COLUMNS, PLACE

RANGES = """
unnest(%(metrics)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS s(metric_id, first_on, last_on)
"""
# Literals, so that other months stay shut.
WITHIN = "f.occurred_at >= %(since)s::timestamptz AND f.occurred_at < %(until)s::timestamptz"
EMPTY = {"n": "0", "total": "0", "squares": "0"}


def recompute(keeps: Collection[Keeps], *, hours: bool) -> str:
    """Folds the facts of the ranges, compares with the cells, and writes what differs; answers with how many did.

    The session's time zone must be that of the metrics' organizations. Unchanged cells are not written at all, and
    written ones lie in the order they are read in: a metric's days side by side.
    """
    table = "kpis_hourcell" if hours else "kpis_daycell"
    place = ["metric_id", "day", *(["hour"] if hours else []), *PLACE]
    same = " AND ".join(f"f.{name} = c.{name}" for name in place)
    new = ", ".join(f"coalesce(f.{name}, 0) AS {name}" if name in EMPTY else f"f.{name}" for name in COLUMNS)
    return f"""
WITH dirty AS MATERIALIZED (
    {days_asked(RANGES, skip_frozen=True)} {"AND m.keeps_hours" if hours else ""}
), fresh AS MATERIALIZED (
    {folded(f"{facts_of('dirty', BY_SESSION)} WHERE {WITHIN}", keys_of_cell(BY_SESSION, hours=hours), keeps)}
), stored AS (
    SELECT c.* FROM dirty AS d CROSS JOIN LATERAL (
        SELECT c.*, c.ctid AS at FROM {table} AS c
        WHERE c.metric_id = d.metric_id AND c.day BETWEEN d.first_on AND d.last_on OFFSET 0) AS c
), changed AS MATERIALIZED (
    SELECT {", ".join(f"coalesce(f.{name}, c.{name}) AS {name}" for name in place)}, {new}, c.at,
        {", ".join(f"c.{name} AS old_{name}" for name in COLUMNS)}
    FROM fresh AS f FULL JOIN stored AS c ON {same}
    WHERE ({_listed("f")}) IS DISTINCT FROM ({_listed("c")}) AND (f.metric_id IS NOT NULL OR c.n > 0)
), newest AS MATERIALIZED (
    SELECT nextval('kpis_cell_version') AS version
), inserted AS (
    INSERT INTO {table} ({", ".join((*place, *COLUMNS))}, version)
    SELECT {_listed("x", [*place, *COLUMNS])}, v.version FROM changed AS x, newest AS v WHERE x.at IS NULL
    ORDER BY {_listed("x", place[:2])}
), updated AS (
    UPDATE {table} AS c
    SET {", ".join(f"{name} = x.{name}" for name in COLUMNS)}, version = v.version,
        recomputed_at = statement_timestamp()
    FROM (SELECT * FROM changed WHERE at IS NOT NULL ORDER BY {", ".join(place[:2])}) AS x, newest AS v
    WHERE c.ctid = x.at
), progress AS (
    INSERT INTO kpis_metricprogress AS p (metric_id, newest_version, complete_version)
    SELECT x.metric_id, v.version, CASE WHEN bool_or(x.day < current_date) THEN v.version ELSE 0 END
    FROM changed AS x, newest AS v GROUP BY x.metric_id, v.version
    ON CONFLICT (metric_id) DO UPDATE
        SET newest_version = excluded.newest_version, changed_at = statement_timestamp(),
            complete_version = greatest(p.complete_version, excluded.complete_version)
){"" if hours else RESTATED}
SELECT count(*) FROM changed
"""  # noqa: S608 - put together from constants


def _listed(relation: str, names: Collection[str] = COLUMNS) -> str:
    return ", ".join(f"{relation}.{name}" for name in names)


OLD_STATE = ", ".join(f"coalesce(x.old_{name}, 0)" if name in EMPTY else f"x.old_{name}" for name in COLUMNS)
RESTATED = f""", restated AS (
    INSERT INTO kpis_restatement ({", ".join(("metric_id", "day", *PLACE, *COLUMNS))},
        new_n, new_total, version, reasons)
    SELECT {_listed("x", ("metric_id", "day", *PLACE))}, {OLD_STATE}, x.n, x.total, v.version, ARRAY(
        SELECT DISTINCT r.reason
        FROM unnest(%(why_metrics)s::bigint[], %(why_firsts)s::date[], %(why_lasts)s::date[], %(why)s::text[])
            AS r(metric_id, first_on, last_on, reason)
        WHERE r.metric_id = x.metric_id AND x.day BETWEEN r.first_on AND r.last_on ORDER BY 1)
    FROM changed AS x
    JOIN kpis_metric AS m ON m.id = x.metric_id
    JOIN (SELECT organization_id, max(through_on) AS through_on FROM kpis_publication GROUP BY 1) AS p
        ON p.organization_id = m.organization_id AND x.day <= p.through_on
    CROSS JOIN newest AS v
    RETURNING metric_id, day, version, reasons
), told AS (
    INSERT INTO kpis_kpichange (organization_id, kind, metric_id, first_on, last_on, version, reasons)
    SELECT m.organization_id, 'restated', r.metric_id, min(r.day), max(r.day), r.version,
        array_remove(array_agg(DISTINCT why.reason), NULL)
    FROM restated AS r JOIN kpis_metric AS m ON m.id = r.metric_id
    LEFT JOIN LATERAL unnest(r.reasons) AS why(reason) ON true
    GROUP BY m.organization_id, r.metric_id, r.version, date_trunc('month', r.day::timestamp)
)"""  # noqa: S608 - as above
# Metrics stay what they are until the cells are committed; those that are gone have nothing to recompute.
LOCK_METRICS = """
SELECT m.id, o.time_zone, m.is_ordinal, m.keeps_order, m.keeps_percentiles, m.keeps_hours
FROM kpis_metric AS m JOIN people_organization AS o ON o.id = m.organization_id
WHERE m.id = ANY(%(metrics)s) ORDER BY m.id FOR KEY SHARE OF m
"""
DROP_HOURS = """
DELETE FROM kpis_hourcell AS c
USING unnest(%(metrics)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS s(metric_id, first_on, last_on)
WHERE c.metric_id = s.metric_id AND c.day BETWEEN s.first_on AND s.last_on AND c.metric_id <> ALL(%(kept)s::bigint[])
"""
CLAIM = """
DELETE FROM kpis_dirtyrange WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM kpis_dirtyrange WHERE shard = %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING metric_id, first_on, last_on, reason, logged_at
"""
PUT_BACK = """
INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on, reason, logged_at)
SELECT metric_id, kpis_shard(metric_id), first_on, last_on, reason, logged_at
FROM unnest(%(metrics)s::bigint[], %(firsts)s::date[], %(lasts)s::date[], %(reasons)s::text[],
    %(times)s::timestamptz[]) AS d(metric_id, first_on, last_on, reason, logged_at)
"""
