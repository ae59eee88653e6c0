"""The state of the work that waits, over all organizations: numbers only.

The web's role sees no row outside one organization, so the database counts for it, by a function of the owner.
"""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Gauge:
    """What it says, its labels, and one cheap query that answers `text[]` of label values and a number per row."""

    says: str
    query: str
    labels: tuple[str, ...] = ()


def _age(moment: str) -> str:
    return f"coalesce(extract(epoch FROM now() - {moment}), 0)"


UNSEEN = "(e.transaction, e.id) > (c.transaction, c.event_id)"
GAUGES = {
    "opsteam_dirty_oldest_seconds": Gauge(
        "Age of the oldest days that wait for a roll-up; 0 where none do",
        f"SELECT '{{}}'::text[], {_age('(SELECT logged_at FROM kpis_dirtyrange ORDER BY id LIMIT 1)')}",  # noqa: S608 - constants
    ),
    "opsteam_dirty_ranges": Gauge(
        f"Ranges of days that wait for a roll-up, up to {MOST_COUNTED}",
        f"SELECT '{{}}', count(*) FROM (SELECT FROM kpis_dirtyrange LIMIT {MOST_COUNTED}) AS few",  # noqa: S608 - constants
    ),
    "opsteam_delivery_oldest_due_seconds": Gauge(
        "For how long the oldest due message to a person has been waiting; 0 where none is due",
        f"SELECT '{{}}', {_age('min(due_at)')} FROM notifications_delivery"  # noqa: S608 - constants
        " WHERE state IN ('pending', 'sending', 'uncertain') AND due_at <= now()",
    ),
    "opsteam_deliveries": Gauge(
        "Messages to people by channel and state",
        "SELECT ARRAY[channel, state], count(*) FROM notifications_delivery GROUP BY channel, state",
        ("channel", "state"),
    ),
    "opsteam_webhook_oldest_due_seconds": Gauge(
        "For how long the oldest due message to a program has been waiting; 0 where none is due",
        f"SELECT '{{}}', {_age('min(due_at)')} FROM notifications_webhookdelivery"  # noqa: S608 - constants
        " WHERE state IN ('pending', 'sending', 'uncertain') AND due_at <= now()",
    ),
    "opsteam_webhooks": Gauge(
        "Messages to programs by state",
        "SELECT ARRAY[state], count(*) FROM notifications_webhookdelivery GROUP BY state",
        ("state",),
    ),
    "opsteam_follower_waiting_events": Gauge(
        f"Events that a follower of the log has not been told, up to {MOST_COUNTED}",
        "SELECT ARRAY[c.follower], (SELECT count(*) FROM (SELECT FROM activity_event AS e"  # noqa: S608 - constants
        f" WHERE {UNSEEN} LIMIT {MOST_COUNTED}) AS few) FROM activity_eventcursor AS c",
        ("follower",),
    ),
    "opsteam_follower_oldest_seconds": Gauge(
        "Age of the oldest event that a follower has not been told; 0 where it was told all",
        "SELECT ARRAY[c.follower], coalesce(extract(epoch FROM now() - (SELECT e.occurred_at FROM activity_event AS e"  # noqa: S608 - constants
        f" WHERE {UNSEEN} ORDER BY e.transaction, e.id LIMIT 1)), 0) FROM activity_eventcursor AS c",
        ("follower",),
    ),
    "opsteam_job_last_success_timestamp_seconds": Gauge(
        "When a periodic job last ended well",
        "SELECT ARRAY[job], extract(epoch FROM succeeded_at) FROM opsteam_jobrun WHERE succeeded_at IS NOT NULL",
        ("job",),
    ),
    "opsteam_job_last_failure_timestamp_seconds": Gauge(
        "When a periodic job last failed",
        "SELECT ARRAY[job], extract(epoch FROM failed_at) FROM opsteam_jobrun WHERE failed_at IS NOT NULL",
        ("job",),
    ),
    "opsteam_job_seconds": Gauge(
        "How long the last run of a periodic job took",
        "SELECT ARRAY[job], seconds FROM opsteam_jobrun",
        ("job",),
    ),
    "opsteam_beat_last_tick_timestamp_seconds": Gauge(
        "When a beat last started a job that a worker took",
        "SELECT '{}', coalesce(extract(epoch FROM max(ticked_at)), 0) FROM opsteam_jobrun",
    ),
    "opsteam_database_bytes": Gauge(
        "Size of the database", "SELECT '{}', pg_database_size(current_database())"
    ),
}
FUNCTION = """
CREATE OR REPLACE FUNCTION opsteam_gauges() RETURNS TABLE (name text, labels text[], value float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
{body}
$$;
REVOKE ALL ON FUNCTION opsteam_gauges() FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'opsteam_web') THEN
        GRANT EXECUTE ON FUNCTION opsteam_gauges() TO opsteam_web;
    END IF;
END $$;
"""


def install(database: BaseDatabaseWrapper) -> None:
    """The database can answer these very gauges, to the web's role and the owner. Safe to run again."""
    body = "\nUNION ALL ".join(
        f"SELECT '{name}', g.labels::text[], g.value::float8 FROM ({gauge.query}) AS g (labels, value)"  # noqa: S608 - constants
        for name, gauge in GAUGES.items()
    )
    with database.cursor() as cursor:
        cursor.execute(FUNCTION.format(body=body))
