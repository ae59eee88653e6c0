"""What the tests of tasks read back from the stored facts."""

from datetime import datetime
from decimal import Decimal

from kpis.models import Measurement
from people.models import Organization

StoredFact = tuple[str, str, datetime, Decimal, int | None, int | None]


def stored_facts(organization: Organization) -> list[StoredFact]:
    """Every stored fact of the organization, in a stable order."""
    return sorted(
        Measurement.objects.filter(metric__organization=organization).values_list(
            "metric__key", "source_key", "occurred_at", "value", "team_id", "member_id"
        ),
        key=str,
    )


def values_of(organization: Organization, metric_key: str) -> list[Decimal]:
    """The values of one metric in the order they occurred."""
    return list(
        Measurement.objects.filter(metric__organization=organization, metric__key=metric_key)
        .order_by("occurred_at", "source_key")
        .values_list("value", flat=True)
    )
