"""Once a night every cell is compared with its facts; what is wrong is on record and repaired."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine

from kpis import jobs, services
from kpis.choices import Unit
from kpis.models import DayCell, Metric, Verification
from kpis.selectors import wrong_cells
from kpis.services import MeasurementRow, verifying
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
# Half past eight in Shanghai, half past two in Berlin.
MORNING_IN_SHANGHAI = datetime(2026, 5, 3, 0, 30, tzinfo=UTC)


@pytest.fixture
def stage(cast: Cast) -> Cast:
    """Three facts on two days of May."""
    services.create_metric(cast.ana, key="calls", unit=Unit.COUNT, name_en="Calls")
    rows = [
        MeasurementRow(str(number), datetime(2026, 4, number, 4, tzinfo=UTC), Decimal(number))
        for number in (1, 2, 3)
    ]
    services.ingest_measurements(cast.ana, "calls", rows)
    services.recompute_all_dirty()
    return cast


@time_machine.travel(MORNING_IN_SHANGHAI, tick=False)
def test_it_runs_once_a_night_where_the_clock_has_passed_three(stage: Cast) -> None:
    assert services.verify_due() == 1
    found = Verification.objects.get()
    assert (found.organization, found.cells, found.wrong) == (stage.organization, 3, 0)
    assert str(found.on) == "2026-05-03"


@time_machine.travel(MORNING_IN_SHANGHAI, tick=False)
def test_verifying_twice_keeps_one_record(stage: Cast) -> None:
    jobs.verify()
    jobs.verify()
    before = Verification.objects.get().finished_at
    assert before is not None
    assert services.verify_due() == 0
    assert Verification.objects.get().finished_at == before


@time_machine.travel(MORNING_IN_SHANGHAI, tick=False)
def test_it_goes_on_where_it_stopped(stage: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "METRICS_AT_ONCE", 1)
    services.create_metric(stage.ana, key="more", unit=Unit.COUNT, name_en="More")
    rows = [MeasurementRow("1", datetime(2026, 4, 9, 4, tzinfo=UTC), Decimal(1))]
    services.ingest_measurements(stage.ana, "more", rows)
    services.recompute_all_dirty()
    calls = Metric.objects.get(organization=stage.organization, key="calls")
    Verification.objects.create(
        organization=stage.organization, on="2026-05-03", through_metric_id=calls.pk, cells=3
    )
    DayCell.objects.filter(metric=calls).update(total=99)
    services.verify_due()
    found = Verification.objects.get()
    assert (found.cells, found.wrong) == (4, 0)
    assert found.finished_at is not None


@time_machine.travel(MORNING_IN_SHANGHAI, tick=False)
def test_a_wrong_cell_is_named_and_repaired(stage: Cast) -> None:
    DayCell.objects.filter(day="2026-04-02").update(total=99)
    services.verify_due()
    found = Verification.objects.get()
    assert found.wrong == 1
    (named,) = found.wrong_cells
    assert (named["metric"], named["day"], named["total_stored"]) == ("calls", "2026-04-02", "99.000000")
    services.recompute_all_dirty()
    assert list(wrong_cells(stage.organization.pk)) == []
    assert DayCell.objects.get(day="2026-04-02").total == 2
