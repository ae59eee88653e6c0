"""An organization with some days of facts behind its KPIs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kpis.services import MeasurementRow, ingest_measurements, install_library, recompute_all_dirty
from tests.conftest import Cast


@pytest.fixture
def measured(cast: Cast) -> Cast:
    """The cast, with 100 orders on each of the last 60 days, 60 of them by the support team."""
    install_library(cast.organization.pk)
    now = timezone.now()
    rows = [
        MeasurementRow(
            source_key=f"orders:{days}:{team.pk}",
            occurred_at=now - timedelta(days=days),
            value=Decimal(value),
            team_id=team.pk,
        )
        for days in range(60)
        for team, value in ((cast.support, 60), (cast.field, 40))
    ]
    ingest_measurements(by=cast.ana, metric_key="orders.completed", rows=rows)
    recompute_all_dirty()
    return cast
