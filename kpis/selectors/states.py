"""Where the KPIs stand, as last judged."""

from django.db.models import QuerySet

from kpis.models import KpiState
from people.models import Membership


def states(actor: Membership) -> QuerySet[KpiState]:
    """Latest value, target and status of every KPI in use, in the organization's order; one query."""
    return (
        KpiState.objects.filter(kpi__organization_id=actor.organization_id, kpi__archived_at__isnull=True)
        .select_related("kpi")
        .order_by("kpi__position", "kpi_id")
    )
