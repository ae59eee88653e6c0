"""Managers decide on a metric's page whether hours are kept and which days are final."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.dateparse import parse_datetime

from common.errors import NotAllowed
from kpis import services
from kpis.choices import Unit
from kpis.models import HourCell, Metric
from kpis.services import MeasurementRow
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def metric(cast: Cast) -> Metric:
    """One value on the first of May."""
    metric = services.create_metric(cast.ana, key="calls", unit=Unit.COUNT, name_en="Calls")
    at = parse_datetime("2026-05-01T10:20:00+08:00")
    assert at is not None
    services.ingest_measurements(cast.ana, "calls", [MeasurementRow("1", at, Decimal(7))])
    services.recompute_all_dirty()
    return metric


def test_hours_are_made_for_the_days_there_are_and_removed_again(cast: Cast, metric: Metric) -> None:
    client = sign_in(cast.ana)
    client.post("/metrics/calls/hours/", {"keeps": "on"})
    services.recompute_all_dirty()
    assert [cell.hour.isoformat() for cell in HourCell.objects.all()] == ["2026-05-01T02:00:00+00:00"]
    client.post("/metrics/calls/hours/", {"keeps": ""})
    services.recompute_all_dirty()
    assert not HourCell.objects.exists()


def test_days_become_final_only_when_one_is_sure(cast: Cast, metric: Metric) -> None:
    client = sign_in(cast.ana)
    answer = client.post("/metrics/calls/finality/", {"final_before": "2026-05-02"})
    assert answer.status_code == 422
    assert 'value="2026-05-02"' in answer.content.decode()
    metric.refresh_from_db()
    assert metric.final_before is None
    client.post("/metrics/calls/finality/", {"final_before": "2026-05-02", "is_sure": "on"})
    metric.refresh_from_db()
    assert metric.final_before == date(2026, 5, 2)
    answer = client.post("/metrics/calls/finality/", {"final_before": "2026-05-01", "is_sure": "on"})
    assert "Days that are final stay so" in answer.content.decode()


def test_members_are_neither_offered_nor_allowed_it(cast: Cast, metric: Metric) -> None:
    client = sign_in(cast.ben)
    assert "/finality/" not in client.get("/metrics/calls/").content.decode()
    assert client.post("/metrics/calls/finality/", {}).status_code == 403
    with pytest.raises(NotAllowed):
        services.keep_hours(cast.ben, "calls", keeps=True)
    metric.refresh_from_db()
    assert (metric.keeps_hours, metric.final_before) == (False, None)
