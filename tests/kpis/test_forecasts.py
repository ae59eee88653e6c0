"""Forecasts are made by workers from complete periods, once a day and after changes."""

from datetime import timedelta
from decimal import Decimal
from random import Random

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


def make_kpi(cast: Cast, key: str, unit: Unit, definition: Definition) -> None:
    services.create_kpi(
        cast.ana, key=key, unit=unit, direction=Direction.UP, definition=definition, name_en=key
    )


@pytest.fixture
def near_their_limits(cast: Cast) -> Cast:
    """Sixty days of answers that nearly all praise, then nearly all blame, few calls, and money both ways."""
    services.create_metric(cast.ana, key="praise", unit=Unit.SCORE, name_en="Praise", is_ordinal=True)
    services.create_metric(cast.ana, key="blame", unit=Unit.SCORE, name_en="Blame", is_ordinal=True)
    services.create_metric(cast.ana, key="few", unit=Unit.COUNT, name_en="Few")
    services.create_metric(cast.ana, key="money", unit=Unit.CURRENCY, name_en="Money")
    top_box = {"least_score": 9}
    make_kpi(
        cast, "percent", Unit.PERCENT, Definition(Aggregate.SHARE, "praise", scale=Decimal(100), **top_box)
    )
    make_kpi(cast, "share", Unit.COUNT, Definition(Aggregate.SHARE, "praise", **top_box))
    make_kpi(cast, "nps-high", Unit.POINTS, Definition(Aggregate.NPS, "praise", scale=Decimal(100)))
    make_kpi(cast, "nps-low", Unit.POINTS, Definition(Aggregate.NPS, "blame", scale=Decimal(100)))
    make_kpi(cast, "few", Unit.COUNT, Definition(Aggregate.COUNT, "few"))
    make_kpi(cast, "net", Unit.COUNT, Definition(Aggregate.SUM, "money"))
    now, draw = timezone.now(), Random(5)
    for metric, one in (
        ("praise", lambda: 10 - 5 * (draw.random() < 0.1)),
        ("blame", lambda: 9 * (draw.random() < 0.1)),
        ("few", lambda: 1),
        ("money", lambda: draw.randrange(-20, 20)),
    ):
        rows = [
            MeasurementRow(f"{back}:{number}", now - timedelta(days=back), Decimal(one()))
            for back in range(1, 61)
            for number in range(4 if metric != "few" else draw.randrange(3))
        ]
        services.ingest_measurements(cast.ana, metric, rows)
    services.recompute_all_dirty()
    return cast


def test_a_forecast_stays_within_what_its_value_can_be(near_their_limits: Cast) -> None:
    services.forecast_due()
    made = {each.kpi.key: each for each in Forecast.objects.filter(grain=Grain.DAY).select_related("kpi")}
    ends = {key: (min(each.lows), max(each.highs)) for key, each in made.items()}
    assert ends["percent"][1] == 100
    assert ends["share"][1] == 1
    assert ends["nps-high"][1] == 100
    assert ends["nps-low"][0] == -100
    assert ends["few"][0] == 0
    assert all(low >= -100 and high <= 100 for key, (low, high) in ends.items() if key.startswith("nps"))
    assert ends["percent"][0] >= 0
    # What has been below zero may be so again, whatever its unit says.
    assert ends["net"][0] < 0
