"""Forecasts are made by workers from complete periods, once a day and after changes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kpis import jobs, services
from kpis.choices import Aggregate, Direction, Grain, Unit
from kpis.models import Forecast
from kpis.selectors import today
from kpis.services import Definition, MeasurementRow
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
WEEK = (10, 20, 30, 40, 50, 5, 2)


@pytest.fixture
def stage(cast: Cast) -> Cast:
    """Calls with a strong week, for 120 days up to yesterday, and half a day of today."""
    services.create_metric(cast.ana, key="calls", unit=Unit.COUNT, name_en="Calls")
    services.create_kpi(
        cast.ana,
        key="calls",
        unit=Unit.COUNT,
        direction=Direction.UP,
        definition=Definition(aggregate=Aggregate.SUM, metric="calls"),
        name_en="Calls",
    )
    now = timezone.now()
    days = [now - timedelta(days=back) for back in range(120, -1, -1)]
    rows = [
        MeasurementRow(str(at.date()), at, Decimal(WEEK[today_of(cast, at)] if back else 1))
        for at, back in zip(days, range(120, -1, -1), strict=True)
    ]
    services.ingest_measurements(cast.ana, "calls", rows)
    services.recompute_all_dirty()
    return cast


def today_of(cast: Cast, at: object) -> int:
    return at.astimezone(cast.organization.zone).weekday()


def test_the_next_days_follow_the_week_and_start_today(stage: Cast) -> None:
    services.forecast_due()
    made = Forecast.objects.get(grain=Grain.DAY)
    assert made.starts_on[0] == today(stage.organization)
    assert len(made.points) == len(made.lows) == len(made.highs) == len(made.starts_on) == 28
    for day, point in zip(made.starts_on, made.points, strict=True):
        assert point == pytest.approx(WEEK[day.weekday()], abs=3)
    assert all(
        low <= point <= high for low, point, high in zip(made.lows, made.points, made.highs, strict=True)
    )
    assert min(made.lows) >= 0


def test_forecasting_twice_makes_nothing_the_second_time(stage: Cast) -> None:
    jobs.forecast()
    made_at = set(Forecast.objects.values_list("made_at", flat=True))
    jobs.forecast()
    assert set(Forecast.objects.values_list("made_at", flat=True)) == made_at
    assert services.forecast_due() == 0


def test_a_past_that_is_too_short_gives_an_empty_forecast_that_is_not_shown(stage: Cast) -> None:
    services.forecast_due()
    made = Forecast.objects.get(grain=Grain.MONTH)
    assert (made.points, made.beats_naive) == ([], False)


def test_a_changed_past_is_forecast_again_after_some_hours(stage: Cast) -> None:
    services.forecast_due()
    before = Forecast.objects.get(grain=Grain.DAY)
    row = MeasurementRow("late", timezone.now() - timedelta(days=1), Decimal(500))
    services.ingest_measurements(stage.ana, "calls", [row])
    services.recompute_all_dirty()
    assert services.forecast_due() == 0
    Forecast.objects.update(made_at=timezone.now() - timedelta(hours=7))
    assert services.forecast_due() > 0
    after = Forecast.objects.get(grain=Grain.DAY)
    assert after.seen_version > before.seen_version
