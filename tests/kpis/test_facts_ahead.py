"""Facts may lie ahead: a reply that will fall due counts when its day has come, and not before."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from feedback import services as feedback
from feedback.choices import Kind
from kpis import services
from kpis.choices import Grain
from kpis.models import Measurement
from kpis.selectors import series
from tests.conftest import Cast

# A Monday, the first of its month, quarter and half-year: every period has most of its days ahead.
NOW = datetime(2024, 7, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize("grain", [Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR])
def test_a_running_period_holds_nothing_of_the_days_to_come(cast: Cast, grain: Grain) -> None:
    def read(at: datetime) -> tuple[int, object]:
        with time_machine.travel(at, tick=False):
            services.recompute_all_dirty()
            point = series(cast.ana, "sla-attainment", grain, at.date(), at.date()).points[-1]
        return point.n, point.value

    services.install_library(cast.organization.pk)
    with time_machine.travel(NOW, tick=False):
        item = feedback.create_item(by=cast.ben, subject="Open", kind=Kind.PRAISE)
    fact = Measurement.objects.get(metric__key="feedback.reply_in_time")
    assert fact.occurred_at == item.reply_due_at == NOW + timedelta(days=3)
    assert read(NOW) == read(NOW + timedelta(days=2)) == (0, None)
    assert read(NOW + timedelta(days=3)) == (1, 0)
