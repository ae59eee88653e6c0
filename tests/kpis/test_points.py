"""A point in full: hours, comparison, intervals, fiscal periods, and values of absurd size."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidInput
from kpis import selectors, services
from kpis.charts.texts import change_of
from kpis.choices import Aggregate, Direction, Grain, Unit
from kpis.models import Metric
from kpis.selectors import Compare
from kpis.selectors.calendar import Calendar, period_of, periods
from tests.conftest import Cast
from tests.kpis.conftest import row


@pytest.fixture
def make(cast: Cast) -> Callable[..., None]:
    """A KPI over `calls`."""

    def make(aggregate: Aggregate, **definition: Any) -> None:
        services.create_kpi(
            cast.ana,
            key="kpi",
            unit=Unit.COUNT,
            direction=Direction.UP,
            name_en="A KPI",
            definition=services.Definition(aggregate, "calls", **definition),
        )
        services.recompute_all_dirty()

    return make


def push(cast: Cast, rows: list[services.MeasurementRow], metric: str = "calls") -> None:
    services.ingest_measurements(cast.ana, metric, rows)
    services.recompute_all_dirty()


def points(cast: Cast, grain: Grain, first: str, last: str, **asked: Any) -> list[selectors.Point]:
    days = date.fromisoformat(first), date.fromisoformat(last)
    return selectors.series(cast.ana, "kpi", grain, *days, **asked).points


def test_hours_are_those_the_local_clock_shows_and_add_up_to_the_day(
    cast: Cast, make_metric: Callable[..., Metric], make: Callable[..., None]
) -> None:
    cast.organization.time_zone = "Europe/Berlin"
    cast.organization.save()
    make_metric("calls", keeps_hours=True)
    times = ["00:00:00+01:00", "01:59:59+01:00", "03:00:00+02:00", "23:59:59+02:00"]
    push(cast, [row(at, f"2026-03-29T{at}", 1) for at in times])
    make(Aggregate.SUM)
    hours = points(cast, Grain.HOUR, "2026-03-29", "2026-03-29")
    assert len(hours) == 23
    assert [point.starts_at.isoformat()[11:16] for point in hours if point.value and point.starts_at] == [
        "23:00",
        "00:00",
        "01:00",
        "21:00",
    ]
    assert (
        sum(point.value or 0 for point in hours)
        == points(cast, Grain.DAY, "2026-03-29", "2026-03-29")[0].value
    )
    assert len(points(cast, Grain.HOUR, "2026-10-25", "2026-10-25")) == 25


def test_hours_that_are_not_kept_are_refused(cast: Cast, metric: Metric, make: Callable[..., None]) -> None:
    make(Aggregate.SUM)
    with pytest.raises(InvalidInput) as refusal:
        points(cast, Grain.HOUR, "2026-05-01", "2026-05-01")
    assert "calls" in str(refusal.value.fields["grain"][0])


def test_quarters_and_years_begin_with_the_fiscal_month(
    cast: Cast, metric: Metric, make: Callable[..., None]
) -> None:
    cast.organization.fiscal_month = 4
    cast.organization.save()
    push(
        cast,
        [row("a", "2026-03-31T10:00", 1), row("b", "2026-04-01T10:00", 10), row("c", "2026-06-30T10:00", 5)],
    )
    make(Aggregate.SUM)
    years = points(cast, Grain.YEAR, "2026-03-31", "2026-04-01")
    assert [(str(point.starts_on), point.value) for point in years] == [("2025-04-01", 1), ("2026-04-01", 15)]
    quarters = points(cast, Grain.QUARTER, "2026-02-01", "2026-06-01")
    assert [(str(point.starts_on), str(point.ends_on)) for point in quarters] == [
        ("2026-01-01", "2026-03-31"),
        ("2026-04-01", "2026-06-30"),
    ]


@given(
    day=st.dates(date(1901, 1, 1), date(2199, 1, 1)),
    grain=st.sampled_from([Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR]),
    week_start=st.integers(1, 7),
    fiscal_month=st.integers(1, 12),
)
def test_periods_tile_the_days(day: date, grain: Grain, week_start: int, fiscal_month: int) -> None:
    calendar = Calendar(None, week_start, fiscal_month)  # type: ignore[arg-type]
    period = period_of(day, grain, calendar)
    assert period.starts_on <= day <= period.ends_on
    assert {period_of(each, grain, calendar) for each in (period.starts_on, period.ends_on)} == {period}
    following = list(periods(day, date(day.year + 1, day.month, 1), grain, calendar))
    assert following[0] == period
    assert all((after.starts_on - before.ends_on).days == 1 for before, after in pairwise(following))


def test_each_period_is_compared_with_the_one_before(
    cast: Cast, metric: Metric, make: Callable[..., None]
) -> None:
    push(cast, [row(str(day), f"2026-05-{day:02}T10:00", day) for day in range(1, 11)])
    make(Aggregate.SUM)
    days = points(cast, Grain.DAY, "2026-05-03", "2026-05-05", compare=Compare.PREVIOUS)
    assert [point.compared_value for point in days] == [2, 3, 4]
    first = points(cast, Grain.DAY, "2026-05-01", "2026-05-01", compare=Compare.PREVIOUS)
    assert first[0].compared_value is None
    week = points(cast, Grain.WEEK, "2026-05-04", "2026-05-04", compare=Compare.PREVIOUS)[0]
    assert (week.value, week.compared_value) == (sum(range(4, 11)), 6)


def test_a_day_is_compared_with_the_same_weekday_of_four_weeks(
    cast: Cast, metric: Metric, make_metric: Callable[..., Metric], make: Callable[..., None]
) -> None:
    make_metric("visits")
    mondays = ["2026-04-06", "2026-04-13", "2026-04-20", "2026-04-27"]
    push(cast, [row(day, f"{day}T10:00", value) for day, value in zip(mondays, (1, 2, 3, 10), strict=True)])
    push(
        cast,
        [row(day, f"{day}T10:00", value) for day, value in zip(mondays, (1, 1, 1, 7), strict=True)],
        "visits",
    )
    make(Aggregate.RATIO, denominator="visits")
    compared = points(cast, Grain.DAY, "2026-05-04", "2026-05-04", compare=Compare.WEEKDAY)[0]
    assert (compared.value, compared.compared_value) == (None, Decimal("1.6"))
    services.change_definition(cast.ana, "kpi", services.Definition(Aggregate.SUM, "calls"), None)
    compared = points(cast, Grain.DAY, "2026-05-04", "2026-05-04", compare=Compare.WEEKDAY)[0]
    assert (compared.value, compared.compared_value) == (0, 4)


@pytest.mark.parametrize(
    ("definition", "low", "high"),
    [
        (services.Definition(Aggregate.SHARE, "calls", least_score=4), "0.490162", "0.943318"),
        (services.Definition(Aggregate.NPS, "calls", scale=Decimal(100)), "-89.583603", "9.583603"),
        (services.Definition(Aggregate.MEAN, "calls"), "3.842092", "7.357908"),
        (services.Definition(Aggregate.SUM, "calls"), None, None),
        (services.Definition(Aggregate.MAX, "calls"), None, None),
    ],
)
def test_a_value_says_how_sure_it_is(
    cast: Cast,
    make_metric: Callable[..., Metric],
    make: Callable[..., None],
    *,
    definition: services.Definition,
    low: str | None,
    high: str | None,
) -> None:
    make_metric("calls", is_ordinal=True)
    scores = [0, 3, 5, 5, 6, 7, 8, 9, 4, 9]
    push(cast, [row(str(number), "2026-05-01T10:00", score) for number, score in enumerate(scores)])
    make(Aggregate.SUM)
    services.change_definition(cast.ana, "kpi", definition, None)
    point = points(cast, Grain.DAY, "2026-05-01", "2026-05-01")[0]
    assert (point.low, point.high) == (low and Decimal(low), high and Decimal(high))


def test_a_rate_of_counts_has_byars_interval_and_one_of_seconds_none(
    cast: Cast, metric: Metric, make_metric: Callable[..., Metric], make: Callable[..., None]
) -> None:
    make_metric("orders")
    push(cast, [row("a", "2026-05-01T10:00", 12)])
    push(cast, [row("a", "2026-05-01T10:00", 1000)], "orders")
    make(Aggregate.RATIO, denominator="orders", scale=Decimal(1000))
    point = points(cast, Grain.DAY, "2026-05-01", "2026-05-01")[0]
    assert (point.value, point.low, point.high) == (12, Decimal("6.193510"), Decimal("20.962858"))
    Metric.objects.filter(key="calls").update(unit="seconds")
    assert points(cast, Grain.DAY, "2026-05-01", "2026-05-01")[0].low is None


def test_sums_of_the_largest_values_are_still_exact(
    cast: Cast, metric: Metric, make: Callable[..., None]
) -> None:
    largest = Decimal(10) ** 15 - Decimal("0.000001")
    rows = [row(str(number), "2026-05-01T10:00", str(largest), weight=1_000_000) for number in range(50)]
    push(cast, rows)
    make(Aggregate.SUM, scale=Decimal("99999999.9999"))
    point = points(cast, Grain.DAY, "2026-05-01", "2026-05-01")[0]
    assert point.numerator == largest * 50_000_000
    assert point.value is not None
    assert abs(point.value - largest * 50_000_000 * Decimal("99999999.9999")) < 1


def test_nothing_is_asked_of_days_that_are_all_in_the_future(
    cast: Cast, metric: Metric, make: Callable[..., None]
) -> None:
    make(Aggregate.SUM)
    assert points(cast, Grain.DAY, "2190-01-01", "2190-01-05") == []


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        # Seven of ten by Wilson's method, whatever it is called.
        ([1, 1, 1, 1, 1, 1, 1, 0, 0, 0], "0.396775", "0.892209"),
        ([1], "0.206549", "1"),
        # Sums of squares that equal the sum by chance alone, and shares between 0 and 1, have a mean's interval.
        (["0.5", "0.5", "0.5", "1.5"], "0.26", "1.24"),
        (["0.5", "1"], "0.26", "1.24"),
    ],
)
def test_a_mean_of_yes_and_no_has_the_interval_of_a_share(
    cast: Cast, metric: Metric, make: Callable[..., None], *, values: list[float | str], low: str, high: str
) -> None:
    push(cast, [row(str(number), "2026-05-01T10:00", value) for number, value in enumerate(values)])
    make(Aggregate.MEAN)
    point = points(cast, Grain.DAY, "2026-05-01", "2026-05-01")[0]
    assert point.low is not None
    assert point.high is not None
    assert (round(float(point.low), 6), round(float(point.high), 6)) == pytest.approx(
        (float(low), float(high)), abs=1e-3
    )


@pytest.mark.parametrize(
    ("difference", "unit", "tone", "text"),
    [
        ("0.02", Unit.PERCENT, "muted", "±0.0 pts"),
        ("-0.02", Unit.PERCENT, "muted", "±0.0 pts"),
        ("0.2", Unit.PERCENT, "bad", "+0.2 pts"),
        ("-3", Unit.COUNT, "good", "−3"),
    ],
)
def test_a_change_that_rounds_to_nothing_is_none(difference: str, unit: Unit, tone: str, text: str) -> None:
    change = change_of(Decimal(10) + Decimal(difference), Decimal(10), unit, Direction.DOWN)
    assert change is not None
    assert (change.tone, change.text) == (tone, text)
