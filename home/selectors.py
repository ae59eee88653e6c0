"""Reads of Home beside its blocks."""

from zlib import crc32

from django.db import connection
from django.utils import timezone, translation

from people.models import Membership

# Replies become late and days end without an event.
PULSE_SECONDS = 300
PULSE = """
SELECT (SELECT max(id) FROM activity_event WHERE organization_id = %(organization)s),
    (SELECT sum(p.newest_version) FROM kpis_metricprogress AS p
        JOIN kpis_metric AS m ON m.id = p.metric_id WHERE m.organization_id = %(organization)s),
    (SELECT event_id FROM home_visit WHERE membership_id = %(member)s),
    (SELECT sum(kpi_id * (position + 1)) FROM home_tile WHERE organization_id = %(organization)s)
"""


def pulse_of(actor: Membership, asked: str) -> str:
    """An entity tag that is another one whenever Home may show something else than before. One cheap query."""
    now = int(timezone.now().timestamp()) // PULSE_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(PULSE, {"organization": actor.organization_id, "member": actor.pk})
        read = cursor.fetchone()
    told = (*read, now, actor.pk, actor.role, asked, translation.get_language())
    return f'"{crc32(repr(told).encode()):08x}"'
