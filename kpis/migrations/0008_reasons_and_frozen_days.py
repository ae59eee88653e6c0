"""The dirty log says why, a metric set up anew is logged whole, and the database refuses facts of frozen days."""

from django.db import migrations

# The name space of common.locks.LockSpace.CALENDAR.
CALENDAR = 4
# kpis.services.freezing knows the refusal by this state.
REFUSE = """
CREATE FUNCTION kpis_refuse_frozen(day date, final_before date) RETURNS date LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'facts of % may not change: days before % are final', day, final_before USING ERRCODE = 'OT001';
END $$;
"""


def log_function(name: str, rows: str, reason: str) -> str:
    """A trigger function that logs the local days of `rows` as ranges of consecutive days.

    The shared lock makes a change of the calendar or of the frozen days wait for this transaction, and the
    statement after the lock reads what is valid then. More than 500 ranges of a metric collapse to one.
    """
    return f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({CALENDAR}, (organization % 2147483647)::int) FROM (
        SELECT DISTINCT m.organization_id AS organization
        FROM (SELECT DISTINCT metric_id FROM ({rows}) AS r) AS r JOIN kpis_metric AS m ON m.id = r.metric_id
        ORDER BY 1) AS touched;
    WITH days AS (
        SELECT DISTINCT r.metric_id, (r.occurred_at AT TIME ZONE o.time_zone)::date AS day, m.final_before
        FROM ({rows}) AS r
        JOIN kpis_metric AS m ON m.id = r.metric_id
        JOIN people_organization AS o ON o.id = m.organization_id
    ), numbered AS (
        SELECT metric_id, day, final_before,
            day - (row_number() OVER (PARTITION BY metric_id ORDER BY day))::int AS island
        FROM days
    ), ranges AS (
        SELECT metric_id, min(day) AS first_on, max(day) AS last_on, min(final_before) AS final_before
        FROM numbered GROUP BY metric_id, island
    ), counted AS (
        SELECT ranges.*, CASE WHEN count(*) OVER (PARTITION BY metric_id) <= 500 THEN first_on END AS part
        FROM ranges
    )
    INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on, reason)
    SELECT metric_id, kpis_shard(metric_id), CASE WHEN min(first_on) < min(final_before)
        THEN kpis_refuse_frozen(min(first_on), min(final_before)) ELSE min(first_on) END, max(last_on), '{reason}'
    FROM counted GROUP BY metric_id, part;
    RETURN NULL;
END $$;
"""


# Every day of some metrics m that has cells or facts, for the reason of the statement.
WHOLE_METRICS = """
    INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on, reason)
    SELECT m.id, kpis_shard(m.id), least(c.first_on, f.first_on), greatest(c.last_on, f.last_on), '{reason}'
    FROM kpis_metric AS m
    JOIN people_organization AS o ON o.id = m.organization_id
    CROSS JOIN LATERAL (
        SELECT min(day) AS first_on, max(day) AS last_on FROM kpis_daycell WHERE metric_id = m.id) AS c
    CROSS JOIN LATERAL (
        SELECT (min(occurred_at) AT TIME ZONE o.time_zone)::date AS first_on,
               (max(occurred_at) AT TIME ZONE o.time_zone)::date AS last_on
        FROM kpis_measurement WHERE metric_id = m.id) AS f
    WHERE {which} AND least(c.first_on, f.first_on) IS NOT NULL;
"""
LOG = (
    log_function("kpis_log_inserted", "SELECT metric_id, occurred_at FROM new_rows", "added")
    + log_function("kpis_log_deleted", "SELECT metric_id, occurred_at FROM old_rows", "removed")
    + log_function(
        "kpis_log_updated",
        "SELECT metric_id, occurred_at FROM old_rows UNION ALL SELECT metric_id, occurred_at FROM new_rows",
        "changed",
    )
    + f"""
CREATE OR REPLACE FUNCTION kpis_log_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kpis_refuse_frozen(final_before - 1, final_before) FROM kpis_metric WHERE final_before IS NOT NULL;
    INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on, reason)
    SELECT metric_id, kpis_shard(metric_id), min(day), max(day), 'removed'
    FROM kpis_daycell WHERE n > 0 GROUP BY metric_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kpis_log_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({CALENDAR}, (NEW.id % 2147483647)::int);
    {WHOLE_METRICS.format(reason="calendar", which="m.organization_id = NEW.id")}
    RETURN NULL;
END $$;

-- What the cells of a metric hold has changed.
CREATE FUNCTION kpis_log_metric() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {WHOLE_METRICS.format(reason="metric", which="m.id = NEW.id")}
    RETURN NULL;
END $$;
CREATE TRIGGER kpis_log_metric
    AFTER UPDATE OF is_ordinal, keeps_hours, keeps_percentiles, keeps_order ON kpis_metric FOR EACH ROW
    WHEN ((OLD.is_ordinal, OLD.keeps_hours, OLD.keeps_percentiles, OLD.keeps_order)
        IS DISTINCT FROM (NEW.is_ordinal, NEW.keeps_hours, NEW.keeps_percentiles, NEW.keeps_order))
    EXECUTE FUNCTION kpis_log_metric();
"""
)


class Migration(migrations.Migration):
    dependencies = [("kpis", "0007_cells_without_row_checks")]

    operations = [migrations.RunSQL(REFUSE + LOG, migrations.RunSQL.noop)]
