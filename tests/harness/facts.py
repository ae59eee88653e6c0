"""Many facts, and whether the cells say what the facts say."""

from django.db import connection

from kpis.models import DirtyRange, Metric
from people.models import Organization

INSERT = """
INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value, label)
SELECT %(metric)s, 'harness:' || i, timestamptz '2026-01-01' + i * interval '2 minutes', i %% 997, i %% 200
FROM generate_series(1, %(rows)s) AS i
"""
FROM_FACTS = """
SELECT f.metric_id, (f.occurred_at AT TIME ZONE o.time_zone)::date AS day,
    coalesce(f.team_id, 0), coalesce(f.member_id, 0), f.label,
    count(*) AS n, sum(f.value) AS total, sum(f.value * f.value) AS squares,
    min(f.value) AS smallest, max(f.value) AS largest
FROM kpis_measurement AS f JOIN kpis_metric AS m ON m.id = f.metric_id
JOIN people_organization AS o ON o.id = m.organization_id GROUP BY 1, 2, 3, 4, 5
"""
FROM_CELLS = """
SELECT metric_id, day, team_id, member_id, label, n, total, squares, smallest, largest
FROM kpis_daycell WHERE n > 0
"""
DIFFERENT = f"""
SELECT count(*) FROM (
    (({FROM_FACTS}) EXCEPT ALL ({FROM_CELLS})) UNION ALL (({FROM_CELLS}) EXCEPT ALL ({FROM_FACTS}))
) AS different
"""
RECOMPUTING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'
    AND query LIKE '%%dirty AS MATERIALIZED (%%' AND clock_timestamp() - query_start > interval '200 ms'
"""


def load_facts(organization: Organization, rows: int) -> Metric:
    """A metric with this many facts, two minutes apart, in so many cells that a recompute lasts; committed."""
    metric = Metric.objects.create(
        organization=organization, key="harness.load", name_en="Load", unit="count", is_ordinal=False
    )
    with connection.cursor() as cursor:
        cursor.execute(INSERT, {"metric": metric.pk, "rows": rows})
    return metric


def wrong_cells() -> int:
    """How many cells one recompute from all facts would add, change or take away."""
    return _number(DIFFERENT)


def is_rolled_up() -> bool:
    """Nothing is dirty any more."""
    return not DirtyRange.objects.exists()


def is_recomputing() -> bool:
    """A worker's recompute has been running for a fifth of a second in PostgreSQL."""
    return _number(RECOMPUTING) > 0


def _number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query.replace("%%", "%"))
        return int(cursor.fetchone()[0])
