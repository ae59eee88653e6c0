"""What a KPI will probably be on a day to come, by the finest forecast that reaches it and beat the naive one."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kpis import services
from kpis.choices import Aggregate, Direction, Grain, Unit
from kpis.models import Forecast, Kpi, Metric
from kpis.selectors import FutureDay, Outlook, outlooks
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 6, 1)
WEEKS = [MONDAY + timedelta(weeks=step) for step in range(3)]
MONTHS = [date(2026, 6, 1), date(2026, 7, 1)]


@pytest.fixture
def kpi(cast: Cast, metric: Metric) -> Kpi:
    """The mean of the calls, with forecasts by week and by month."""
    kpi = services.create_kpi(
        cast.ana,
        key="kpi",
        unit=Unit.COUNT,
        direction=Direction.UP,
        definition=services.Definition(Aggregate.MEAN, "calls"),
        name_en="A KPI",
    )
    make(kpi, Grain.WEEK, WEEKS, [7, 14, 21])
    make(kpi, Grain.MONTH, MONTHS, [300, 310])
    return kpi


def make(kpi: Kpi, grain: Grain, starts_on: list[date], points: list[float], **fields: object) -> None:
    Forecast.objects.create(
        kpi=kpi,
        grain=grain,
        made_on=MONDAY,
        starts_on=starts_on,
        points=points,
        lows=[point - 1 for point in points],
        highs=[point + 2 for point in points],
        **{"beats_naive": True, "seen_version": 1, **fields},
    )


def outlook(cast: Cast, kpi: Kpi, day: date, *, grows: bool = False) -> Outlook | None:
    asked = FutureDay(kpi.pk, day, grows)
    return outlooks(cast.organization, {asked}).get(asked)


def test_the_week_that_holds_the_day_tells_and_beyond_the_weeks_the_month(cast: Cast, kpi: Kpi) -> None:
    assert outlook(cast, kpi, WEEKS[1]) == outlook(cast, kpi, WEEKS[2] - timedelta(days=1))
    assert outlook(cast, kpi, WEEKS[1]) == Outlook(Decimal(14), Decimal(13), Decimal(16))
    assert outlook(cast, kpi, date(2026, 7, 20)) == Outlook(Decimal(310), Decimal(309), Decimal(312))
    assert outlook(cast, kpi, date(2026, 8, 1)) is None
    assert outlook(cast, kpi, date(2026, 5, 30)) is None


def test_a_sum_is_told_for_28_days_like_its_value_of_today(cast: Cast, kpi: Kpi) -> None:
    found = outlook(cast, kpi, WEEKS[0], grows=True)
    assert found is not None
    assert (found.value, found.low, found.high) == (28, 24, 36)
    month = outlook(cast, kpi, date(2026, 7, 20), grows=True)
    assert month is not None
    assert month.value == 280


def test_what_did_not_beat_the_naive_forecast_is_not_told(cast: Cast, kpi: Kpi) -> None:
    Forecast.objects.filter(grain=Grain.WEEK).update(beats_naive=False)
    assert outlook(cast, kpi, WEEKS[1]) == outlook(cast, kpi, date(2026, 6, 20))
    Forecast.objects.update(beats_naive=False)
    assert outlook(cast, kpi, WEEKS[1]) is None


def test_another_organization_is_told_nothing(cast: Cast, kpi: Kpi) -> None:
    assert outlooks(cast.dan.organization, {FutureDay(kpi.pk, WEEKS[1], grows=False)}) == {}
    assert outlooks(cast.organization, set()) == {}
