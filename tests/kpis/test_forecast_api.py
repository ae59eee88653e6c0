"""A KPI's forecast by the REST door: what its page draws, and nothing where that draws nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kpis import services
from kpis.choices import Aggregate, Direction, Grain, Unit
from kpis.models import Forecast, Kpi, Metric
from kpis.selectors import today
from kpis.services import Definition
from tests.conftest import Cast, bearer

pytestmark = pytest.mark.django_db
PATH = "/api/v1/kpis/calls/forecast/"


@pytest.fixture
def forecast(cast: Cast, metric: Metric) -> Forecast:
    """A week ahead of a KPI of calls, with both intervals."""
    kpi: Kpi = services.create_kpi(
        cast.ana,
        key="calls",
        name_en="Calls",
        unit=Unit.COUNT,
        direction=Direction.UP,
        definition=Definition(Aggregate.SUM, "calls"),
    )
    monday = today(cast.organization) + timedelta(days=7 - today(cast.organization).weekday())
    return Forecast.objects.create(
        kpi=kpi,
        grain=Grain.WEEK,
        made_on=today(cast.organization),
        starts_on=[monday],
        points=[700.0],
        lows=[600.0],
        highs=[800.0],
        inner_lows=[650.0],
        inner_highs=[750.0],
        method="Theta",
        mase=0.8,
        naive_mase=1.1,
        coverage=0.79,
        beats_naive=True,
        seen_version=1,
    )


def asked(cast: Cast, query: str = "") -> Any:
    """The answer to vera, who only looks."""
    return Client().get(PATH + query, headers=bearer(cast.vera))


def test_the_forecast_is_told_with_both_intervals_and_its_backtest(cast: Cast, forecast: Forecast) -> None:
    told = asked(cast).json()
    (point,) = told.pop("points")
    assert told == {
        "key": "calls",
        "unit": "count",
        "grain": "week",
        "made_on": today(cast.organization).isoformat(),
        "methods": "Theta",
        "beats_naive": True,
        "mase": 0.8,
        "naive_mase": 1.1,
        "coverage": 0.79,
    }
    monday = forecast.starts_on[0]
    assert point == {
        "starts_on": monday.isoformat(),
        "ends_on": (monday + timedelta(days=6)).isoformat(),
        "value": 700.0,
        "low": 600.0,
        "high": 800.0,
        "inner_low": 650.0,
        "inner_high": 750.0,
    }


def test_a_forecast_worse_than_the_naive_one_has_no_points(cast: Cast, forecast: Forecast) -> None:
    Forecast.objects.update(beats_naive=False)
    told = asked(cast).json()
    assert (told["beats_naive"], told["points"]) == (False, [])


def test_a_forecast_from_before_the_fan_has_no_inner_interval(cast: Cast, forecast: Forecast) -> None:
    Forecast.objects.update(inner_lows=None, inner_highs=None)
    (point,) = asked(cast).json()["points"]
    assert (point["low"], point["inner_low"], point["inner_high"]) == (600.0, None, None)


def test_where_none_was_made_there_are_no_points(cast: Cast, forecast: Forecast) -> None:
    told = asked(cast, "?grain=month").json()
    assert (told["made_on"], told["methods"], told["points"]) == (None, "", [])


def test_a_grain_that_is_never_forecast_is_refused(cast: Cast, forecast: Forecast) -> None:
    assert asked(cast, "?grain=year").status_code == 400
    assert asked(cast, "?grain=hour").status_code == 400
