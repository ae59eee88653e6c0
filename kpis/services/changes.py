"""The log of what whoever keeps a copy of the numbers has to load again."""

from datetime import date

from django.db import connection

from kpis.choices import ChangeKind
from kpis.models import Kpi, KpiChange


def log_change(kind: ChangeKind, kpi: Kpi, *, first_on: date | None) -> None:
    """From that day on (null: all days) the KPI reads differently; told when the present transaction commits."""
    KpiChange.objects.create(
        organization_id=kpi.organization_id, kind=kind, kpi=kpi, first_on=first_on, version=kpi.version
    )


# The newest row that is old enough is marked, those before it go: a reader who has not seen it has missed something.
# An array is made once; a plan may run `IN (… LIMIT …)` again for every row, and then takes more than so many.
FORGET = """
WITH newest AS (
    SELECT DISTINCT ON (organization_id) organization_id, transaction, id FROM kpis_kpichange
    WHERE changed_at < statement_timestamp() - make_interval(days => %(days)s)
    ORDER BY organization_id, transaction DESC, id DESC
), marked AS (
    UPDATE kpis_kpichange AS c SET kind = 'forgotten' FROM newest WHERE c.id = newest.id AND c.kind <> 'forgotten'
)
DELETE FROM kpis_kpichange WHERE id = ANY(ARRAY(
    SELECT c.id FROM kpis_kpichange AS c JOIN newest USING (organization_id)
    WHERE (c.transaction, c.id) < (newest.transaction, newest.id)
    ORDER BY c.id LIMIT %(most)s FOR UPDATE OF c SKIP LOCKED))
"""


def forget_changes(*, days: int, most: int) -> int:
    """Changes of more than `days` ago are gone, at most so many at once; a cursor behind them is refused from now on.

    Returns how many went. For a job that looks across organizations.
    """
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"days": days, "most": most})
        return int(cursor.rowcount)
