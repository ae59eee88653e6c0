"""Days that were published: from then on, a cell that changes leaves a restatement."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from common.locks import LockSpace, lock_all
from common.tenancy import acting_for
from people.models import Organization

# A day is published when one whole day has passed since its end, so that the usual stragglers are in.
SETTLING_DAYS = 2
# The moment is read when the locks are held: no recompute can then be half-way through.
PUBLISH = """
WITH published AS (
INSERT INTO kpis_publication (organization_id, through_on, published_at)
SELECT %(organization)s, %(through)s, clock_timestamp()
WHERE NOT EXISTS (
    SELECT FROM kpis_publication WHERE organization_id = %(organization)s AND through_on >= %(through)s)
AND NOT EXISTS (
    SELECT FROM kpis_dirtyrange AS d JOIN kpis_metric AS m ON m.id = d.metric_id
    WHERE m.organization_id = %(organization)s AND d.first_on <= %(through)s)
ON CONFLICT DO NOTHING
RETURNING organization_id, through_on
)
INSERT INTO kpis_kpichange (organization_id, kind, first_on, last_on, reasons)
SELECT organization_id, 'published', (
    SELECT max(p.through_on) + 1 FROM kpis_publication AS p WHERE p.organization_id = %(organization)s
), through_on, ARRAY[]::varchar[]
FROM published
"""
UNPUBLISHED = """
SELECT o.id FROM people_organization AS o
WHERE (statement_timestamp() AT TIME ZONE o.time_zone)::date - %(settling)s > coalesce(
    (SELECT max(through_on) FROM kpis_publication AS p WHERE p.organization_id = o.id), '-infinity')
ORDER BY o.id
"""


def publish_days() -> int:
    """The settled days of every organization are published, but where one of them is dirty; returns for how many."""
    with connection.cursor() as cursor:
        cursor.execute(UNPUBLISHED, {"settling": SETTLING_DAYS})
        due = [organization_id for (organization_id,) in cursor.fetchall()]
    published = 0
    for organization in Organization.objects.filter(pk__in=due).order_by("pk"):
        with acting_for(organization.pk):
            published += _publish(organization)
    return published


@transaction.atomic
def _publish(organization: Organization) -> bool:
    """Waits for the workers of all shards and keeps them away, so that no cell is being changed at this moment."""
    lock_all(LockSpace.KPI_SHARD, list(range(settings.KPI_SHARDS)))
    through_on = timezone.localdate(timezone=organization.zone) - timedelta(days=SETTLING_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(PUBLISH, {"organization": organization.pk, "through": through_on})
        return bool(cursor.rowcount == 1)
