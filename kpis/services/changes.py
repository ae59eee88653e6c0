"""The log of what whoever keeps a copy of the numbers has to load again."""

from datetime import date

from kpis.choices import ChangeKind
from kpis.models import Kpi, KpiChange


def log_change(kind: ChangeKind, kpi: Kpi, *, first_on: date | None) -> None:
    """From that day on (null: all days) the KPI reads differently; told when the present transaction commits."""
    KpiChange.objects.create(
        organization_id=kpi.organization_id, kind=kind, kpi=kpi, first_on=first_on, version=kpi.version
    )
