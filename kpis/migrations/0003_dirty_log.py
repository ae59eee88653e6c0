"""The dirty log is written by the database itself, so that bulk writes and raw SQL cannot escape it."""

from django.conf import settings
from django.db import migrations

# The name space of common.locks.LockSpace.CALENDAR.
CALENDAR = 4

SHARDS = f"""
CREATE SEQUENCE kpis_cell_version;
CREATE FUNCTION kpis_shard(metric_id bigint) RETURNS smallint LANGUAGE sql IMMUTABLE
RETURN (metric_id % {int(settings.KPI_SHARDS)})::smallint;
"""


def log_function(name: str, rows: str) -> str:
    """A trigger function that logs the local days of `rows` as ranges of consecutive days.

    Two shared things keep it right beside a change of the calendar: the shared lock makes that change wait for
    this transaction, and the statement after the lock reads the time zone that is valid then. More than 500 ranges
    collapse to one per metric.
    """
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({CALENDAR}, (organization % 2147483647)::int) FROM (
        SELECT DISTINCT m.organization_id AS organization
        FROM (SELECT DISTINCT metric_id FROM ({rows}) AS r) AS r JOIN kpis_metric AS m ON m.id = r.metric_id
        ORDER BY 1) AS touched;
    WITH days AS (
        SELECT DISTINCT r.metric_id, (r.occurred_at AT TIME ZONE o.time_zone)::date AS day
        FROM ({rows}) AS r
        JOIN kpis_metric AS m ON m.id = r.metric_id
        JOIN people_organization AS o ON o.id = m.organization_id
    ), numbered AS (
        SELECT metric_id, day, day - (row_number() OVER (PARTITION BY metric_id ORDER BY day))::int AS island
        FROM days
    ), ranges AS (
        SELECT metric_id, min(day) AS first_on, max(day) AS last_on FROM numbered GROUP BY metric_id, island
    ), counted AS (
        SELECT metric_id, first_on, last_on, CASE WHEN count(*) OVER () > 500 THEN NULL ELSE first_on END AS part
        FROM ranges
    )
    INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on)
    SELECT metric_id, kpis_shard(metric_id), min(first_on), max(last_on) FROM counted GROUP BY metric_id, part;
    RETURN NULL;
END $$;
"""


LOG = (
    log_function("kpis_log_inserted", "SELECT metric_id, occurred_at FROM new_rows")
    + log_function("kpis_log_deleted", "SELECT metric_id, occurred_at FROM old_rows")
    + log_function(
        "kpis_log_updated",
        "SELECT metric_id, occurred_at FROM old_rows UNION ALL SELECT metric_id, occurred_at FROM new_rows",
    )
    + f"""
CREATE FUNCTION kpis_log_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on)
    SELECT metric_id, kpis_shard(metric_id), min(day), max(day) FROM kpis_daycell WHERE n > 0 GROUP BY metric_id;
    RETURN NULL;
END $$;

CREATE TRIGGER kpis_2_log_inserted AFTER INSERT ON kpis_measurement
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION kpis_log_inserted();
CREATE TRIGGER kpis_2_log_deleted AFTER DELETE ON kpis_measurement
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION kpis_log_deleted();
CREATE TRIGGER kpis_2_log_updated AFTER UPDATE ON kpis_measurement
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_log_updated();
CREATE TRIGGER kpis_2_log_truncated AFTER TRUNCATE ON kpis_measurement
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_log_everything();

-- A new time zone moves facts to other local days: every day of the organization's facts and cells is dirty.
CREATE FUNCTION kpis_log_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({CALENDAR}, (NEW.id % 2147483647)::int);
    INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on)
    SELECT m.id, kpis_shard(m.id), least(c.first_on, f.first_on), greatest(c.last_on, f.last_on)
    FROM kpis_metric AS m
    CROSS JOIN LATERAL (
        SELECT min(day) AS first_on, max(day) AS last_on FROM kpis_daycell WHERE metric_id = m.id) AS c
    CROSS JOIN LATERAL (
        SELECT (min(occurred_at) AT TIME ZONE NEW.time_zone)::date AS first_on,
               (max(occurred_at) AT TIME ZONE NEW.time_zone)::date AS last_on
        FROM kpis_measurement WHERE metric_id = m.id) AS f
    WHERE m.organization_id = NEW.id AND least(c.first_on, f.first_on) IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER kpis_log_calendar AFTER UPDATE OF time_zone ON people_organization
    FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION kpis_log_calendar();
"""
)

UNDO = """
DROP TRIGGER kpis_log_calendar ON people_organization;
DROP TRIGGER kpis_2_log_inserted ON kpis_measurement;
DROP TRIGGER kpis_2_log_deleted ON kpis_measurement;
DROP TRIGGER kpis_2_log_updated ON kpis_measurement;
DROP TRIGGER kpis_2_log_truncated ON kpis_measurement;
DROP FUNCTION kpis_log_calendar, kpis_log_everything, kpis_log_inserted, kpis_log_deleted, kpis_log_updated;
DROP FUNCTION kpis_shard;
DROP SEQUENCE kpis_cell_version;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0002_measurements")]

    operations = [migrations.RunSQL(SHARDS + LOG, UNDO)]
