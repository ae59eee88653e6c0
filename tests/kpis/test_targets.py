"""What a KPI should be: steps and lines, edges, periods, and the one rule of where a value stands."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from common.errors import InvalidInput, NotVisible
from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Grain, Status, TargetPeriod, TargetShape, Unit
from kpis.models import KpiTarget, Metric
from tests.conftest import Cast
from tests.kpis.conftest import row

JANUARY = date(2026, 1, 1)


@pytest.fixture
def make_kpi(cast: Cast, metric: Metric) -> Callable[..., None]:
    """A KPI over one fact of the value 10 on each of the first days of 2026."""
    rows = [row(str(day), f"2026-01-{day:02}T12:00", 10) for day in range(1, 32)]
    services.ingest_measurements(cast.ana, "calls", rows)
    services.recompute_all_dirty()

    def make(aggregate: Aggregate = Aggregate.MEAN, direction: Direction = Direction.UP) -> None:
        services.create_kpi(
            cast.ana,
            key="kpi",
            unit=Unit.COUNT,
            direction=direction,
            name_en="A KPI",
            definition=services.Definition(aggregate, "calls"),
        )

    return make


def set_target(cast: Cast, starts_on: date, value: float, near: float, **more: Any) -> KpiTarget:
    near_value = Decimal(str(near))
    target, _is_new = services.set_target(cast.ana, "kpi", starts_on, Decimal(str(value)), near_value, **more)
    return target


def points(cast: Cast, grain: Grain, first: date, last: date) -> list[selectors.Point]:
    return selectors.series(cast.ana, "kpi", grain, first, last).points


def test_a_near_limit_better_than_the_target_is_refused(cast: Cast, make_kpi: Callable[..., None]) -> None:
    make_kpi(direction=Direction.DOWN)
    with pytest.raises(InvalidInput):
        set_target(cast, JANUARY, 10, 9)
    set_target(cast, JANUARY, 10, 12)
    set_target(cast, JANUARY, 11, 12)
    assert [target.value for target in KpiTarget.objects.all()] == [11]


def test_a_line_runs_day_by_day_to_the_next_target_and_a_step_stays(
    cast: Cast, make_kpi: Callable[..., None]
) -> None:
    make_kpi()
    set_target(cast, JANUARY, 0, -10, shape=TargetShape.LINE)
    set_target(cast, date(2026, 1, 11), 20, 10, shape=TargetShape.STEP)
    set_target(cast, date(2026, 1, 21), 50, 40, shape=TargetShape.LINE)
    days = points(cast, Grain.DAY, date(2025, 12, 31), date(2026, 1, 31))
    targets = {str(each.starts_on)[5:]: each.target for each in days}
    assert [targets[day] for day in ("12-31", "01-01", "01-02", "01-06", "01-10")] == [None, 0, 2, 10, 18]
    assert [targets[day] for day in ("01-11", "01-20", "01-21", "01-31")] == [20, 20, 50, 50]
    assert days[3].target_near == Decimal(-6)


@pytest.mark.parametrize(
    ("period", "grain", "expected"),
    [
        (TargetPeriod.FOUR_WEEKS, Grain.WEEK, 70),
        (TargetPeriod.WEEK, Grain.WEEK, 280),
        (TargetPeriod.WEEK, Grain.DAY, 40),
        (TargetPeriod.DAY, Grain.DAY, 280),
        (TargetPeriod.DAY, Grain.WEEK, 1960),
        (TargetPeriod.MONTH, Grain.MONTH, 280),
        (TargetPeriod.QUARTER, Grain.QUARTER, 280),
        (TargetPeriod.YEAR, Grain.YEAR, 280),
        (TargetPeriod.MONTH, Grain.DAY, Decimal("9.032258")),
        (TargetPeriod.YEAR, Grain.MONTH, Decimal("23.780822")),
    ],
)
def test_the_target_of_a_sum_is_for_its_period_and_others_get_their_share(
    cast: Cast, make_kpi: Callable[..., None], period: TargetPeriod, grain: Grain, expected: Any
) -> None:
    make_kpi(Aggregate.SUM)
    set_target(cast, date(2025, 1, 1), 280, 140, period=period)
    assert points(cast, grain, date(2026, 1, 12), date(2026, 1, 12))[0].target == expected


def test_a_mean_has_the_same_target_whatever_its_period(cast: Cast, make_kpi: Callable[..., None]) -> None:
    make_kpi()
    set_target(cast, date(2025, 1, 1), 280, 140, period=TargetPeriod.WEEK)
    assert points(cast, Grain.DAY, JANUARY, JANUARY)[0].target == 280


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (7, Status.OFF_TARGET),
        (8, Status.NEAR),
        (9, Status.ON_TARGET),
        (11, Status.ON_TARGET),
        (12, Status.NEAR),
        (13, Status.OFF_TARGET),
    ],
)
def test_between_two_values_both_edges_count(
    cast: Cast, make_kpi: Callable[..., None], value: int, status: Status
) -> None:
    make_kpi(direction=Direction.BETWEEN)
    set_target(cast, JANUARY, 9, 8, upper=Decimal(11), near_upper=Decimal(12))
    services.ingest_measurements(cast.ana, "calls", [row("5", "2026-01-05T12:00", value)])
    services.recompute_all_dirty()
    point = points(cast, Grain.DAY, date(2026, 1, 5), date(2026, 1, 5))[0]
    assert (point.status, point.target, point.target_upper, point.target_near_upper) == (status, 9, 11, 12)


@pytest.mark.parametrize(
    ("direction", "edges"),
    [
        (Direction.BETWEEN, (None, None)),
        (Direction.BETWEEN, (8, 12)),
        (Direction.BETWEEN, (11, 10)),
        (Direction.UP, (11, 12)),
        (Direction.UP, (None, 12)),
    ],
)
def test_edges_that_do_not_fit_are_refused(
    cast: Cast, make_kpi: Callable[..., None], direction: Direction, edges: tuple[int | None, int | None]
) -> None:
    make_kpi(direction=direction)
    upper, near_upper = (None if each is None else Decimal(each) for each in edges)
    with pytest.raises(InvalidInput):
        set_target(cast, JANUARY, 9, 8, upper=upper, near_upper=near_upper)
    for absurd in ("NaN", "Infinity", "1e18"):
        with pytest.raises(InvalidInput):
            set_target(cast, JANUARY, absurd, 1)
    assert not KpiTarget.objects.exists()


def test_a_removed_target_leaves_the_one_before(cast: Cast, make_kpi: Callable[..., None]) -> None:
    make_kpi()
    set_target(cast, JANUARY, 5, 4)
    second = set_target(cast, date(2026, 1, 11), 20, 10)
    services.remove_target(cast.ana, "kpi", second.pk)
    assert points(cast, Grain.DAY, date(2026, 1, 15), date(2026, 1, 15))[0].target == 5
    with pytest.raises(NotVisible):
        services.remove_target(cast.ana, "kpi", second.pk)
