"""A KPI by day, week and month, its finality and its ETag."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from common.errors import InvalidInput, NotVisible
from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Finality, Grain, Status, Unit
from kpis.models import Metric
from tests.conftest import Cast
from tests.kpis.conftest import row

NOW = "2026-06-10T04:00:00+00:00"  # a Wednesday noon in Shanghai


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """It stands still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def make_kpi(
    cast: Cast, aggregate: Aggregate, *, direction: Direction = Direction.UP, **definition: object
) -> None:
    services.create_kpi(
        cast.ana,
        key="kpi",
        unit=Unit.COUNT,
        direction=direction,
        name_en="A KPI",
        definition=services.Definition(aggregate, "calls", **definition),
    )
    services.recompute_all_dirty()


def values(
    cast: Cast, grain: Grain, first: str, last: str, team_id: int | None = None
) -> list[tuple[str, float | None, int]]:
    series = selectors.series(
        cast.ana, "kpi", grain, date.fromisoformat(first), date.fromisoformat(last), team_id=team_id
    )
    return [
        (str(point.starts_on)[5:], None if point.value is None else float(point.value), point.n)
        for point in series.points
    ]


def push(cast: Cast, *rows: services.MeasurementRow, metric: str = "calls") -> None:
    services.ingest_measurements(cast.ana, metric, rows)
    services.recompute_all_dirty()


@pytest.fixture
def facts(cast: Cast, metric: Metric) -> None:
    push(
        cast,
        row("a", "2026-05-31T23:30", 10, team_id=cast.support.pk),
        row("b", "2026-06-01T00:10", 20, team_id=cast.support.pk),
        row("c", "2026-06-01T12:00", 60, team_id=cast.field.pk),
        row("d", "2026-06-03T09:00", -6),
        row("e", "2026-06-08T09:00", 4, label="x"),
    )


@pytest.mark.parametrize(
    ("aggregate", "weeks", "month"),
    [
        (Aggregate.SUM, [10, 74, 4], 78),
        (Aggregate.COUNT, [1, 3, 1], 4),
        (Aggregate.MEAN, [10, 24.666667, 4], 19.5),
        (Aggregate.MIN, [10, -6, 4], -6),
        (Aggregate.MAX, [10, 60, 4], 60),
        (Aggregate.LAST, [10, -6, 4], 4),
        (Aggregate.BALANCE, [10, 84, 88], 88),
    ],
)
def test_days_merge_into_weeks_and_months(
    cast: Cast, facts: None, aggregate: Aggregate, weeks: list[float], month: float
) -> None:
    make_kpi(cast, aggregate)
    assert [value for _, value, _ in values(cast, Grain.WEEK, "2026-05-25", "2026-06-10")] == weeks
    assert values(cast, Grain.MONTH, "2026-06-01", "2026-06-30")[0][1] == month


def test_a_balance_carries_all_earlier_days_over_empty_ones(cast: Cast, facts: None) -> None:
    make_kpi(cast, Aggregate.BALANCE)
    assert [value for _, value, _ in values(cast, Grain.DAY, "2026-06-01", "2026-06-03")] == [90, 90, 84]


def test_a_ratio_divides_sums_and_never_averages_ratios(cast: Cast, facts: None, make_metric) -> None:
    make_metric("visits")
    push(cast, row("a", "2026-06-01", 200), row("b", "2026-06-03", 2), metric="visits")
    make_kpi(cast, Aggregate.RATIO, denominator="visits", scale=Decimal(100))
    day_values = [value for _, value, _ in values(cast, Grain.DAY, "2026-06-01", "2026-06-03")]
    assert day_values == [40, None, -300]
    assert values(cast, Grain.MONTH, "2026-06-01", "2026-06-03")[0][1] == pytest.approx(78 / 202 * 100)


def test_a_share_counts_scores_at_or_above_its_limit(cast: Cast, make_metric) -> None:
    make_metric("calls", is_ordinal=True)
    push(cast, *(row(str(i), "2026-06-01", score) for i, score in enumerate([0, 3, 4, 5, 5, 10])))
    make_kpi(cast, Aggregate.SHARE, least_score=4, scale=Decimal(100))
    assert values(cast, Grain.DAY, "2026-06-01", "2026-06-01") == [("06-01", pytest.approx(66.666667), 6)]


def test_a_week_starts_on_the_organizations_first_weekday(cast: Cast, facts: None) -> None:
    cast.organization.week_start = 7
    cast.organization.save()
    make_kpi(cast, Aggregate.SUM)
    assert values(cast, Grain.WEEK, "2026-06-01", "2026-06-10") == [("05-31", 84, 4), ("06-07", 4, 1)]


def test_a_team_and_a_label_narrow_the_facts(cast: Cast, facts: None) -> None:
    make_kpi(cast, Aggregate.SUM)
    assert values(cast, Grain.MONTH, "2026-06-01", "2026-06-02", cast.field.pk)[0][1] == 60
    services.change_definition(cast.ana, "kpi", services.Definition(Aggregate.SUM, "calls", label="x"), None)
    assert values(cast, Grain.MONTH, "2026-06-01", "2026-06-02")[0][1] == 4


def test_days_before_the_first_fact_have_no_value_and_empty_ones_after_it_are_zero(
    cast: Cast, facts: None
) -> None:
    make_kpi(cast, Aggregate.SUM)
    assert [value for _, value, _ in values(cast, Grain.DAY, "2026-05-30", "2026-06-02")] == [None, 10, 80, 0]


def test_a_period_is_open_until_it_ends_and_pending_while_its_cells_are_stale(
    cast: Cast, facts: None
) -> None:
    make_kpi(cast, Aggregate.SUM)

    def finalities() -> list[Finality]:
        span = date(2026, 5, 25), date(2026, 6, 30)
        return [point.finality for point in selectors.series(cast.ana, "kpi", Grain.WEEK, *span).points]

    assert finalities() == [Finality.FINAL, Finality.FINAL, Finality.OPEN]
    services.ingest_measurements(cast.ana, "calls", [row("f", "2026-06-02", 1)])
    assert finalities() == [Finality.FINAL, Finality.PENDING, Finality.OPEN]
    services.recompute_all_dirty()
    assert finalities() == [Finality.FINAL, Finality.FINAL, Finality.OPEN]


def test_the_status_follows_the_target_in_force_and_the_direction(cast: Cast, facts: None) -> None:
    make_kpi(cast, Aggregate.MEAN, direction=Direction.DOWN)

    def statuses() -> list[Status]:
        series = selectors.series(cast.ana, "kpi", Grain.WEEK, date(2026, 5, 25), date(2026, 6, 10))
        return [point.status for point in series.points]

    assert statuses() == [Status.NO_TARGET] * 3
    services.set_target(cast.ana, "kpi", date(2026, 1, 1), Decimal(8), Decimal(12))
    assert statuses() == [Status.NEAR, Status.OFF_TARGET, Status.ON_TARGET]
    services.set_target(cast.ana, "kpi", date(2026, 6, 3), Decimal(30), Decimal(40))
    assert statuses() == [Status.NEAR, Status.ON_TARGET, Status.ON_TARGET]


def test_too_few_data_points_are_not_judged(cast: Cast, facts: None) -> None:
    services.create_kpi(
        cast.ana,
        key="kpi",
        unit=Unit.COUNT,
        direction=Direction.UP,
        name_en="A KPI",
        minimum_n=3,
        definition=services.Definition(Aggregate.MEAN, "calls"),
    )
    services.set_target(cast.ana, "kpi", date(2026, 1, 1), Decimal(8), Decimal(6))
    series = selectors.series(cast.ana, "kpi", Grain.WEEK, date(2026, 5, 25), date(2026, 6, 10))
    assert [point.status for point in series.points] == [Status.TOO_FEW, Status.ON_TARGET, Status.TOO_FEW]


def test_a_target_of_a_sum_is_for_28_days(cast: Cast, facts: None) -> None:
    make_kpi(cast, Aggregate.SUM)
    services.set_target(cast.ana, "kpi", date(2026, 1, 1), Decimal(280), Decimal(140))
    series = selectors.series(cast.ana, "kpi", Grain.WEEK, date(2026, 6, 1), date(2026, 6, 1))
    assert (series.points[0].target, series.points[0].status) == (70, Status.ON_TARGET)


def test_the_etag_changes_with_a_cell_in_range_and_only_then(cast: Cast, facts: None) -> None:
    make_kpi(cast, Aggregate.SUM)

    def etag() -> str:
        return selectors.series_request(cast.ana, "kpi", Grain.DAY, date(2026, 6, 1), date(2026, 6, 5)).etag

    before = etag()
    push(cast, row("far", "2026-06-08", 1))
    assert etag() == before
    services.ingest_measurements(cast.ana, "calls", [row("near", "2026-06-02", 1)])
    waiting = etag()
    assert waiting != before
    services.recompute_all_dirty()
    stored = etag()
    assert stored not in {before, waiting}
    push(cast, row("near", "2026-06-02", None))
    assert etag() not in {before, waiting, stored}
    after = etag()
    services.set_target(cast.ana, "kpi", date(2026, 1, 1), Decimal(8), Decimal(6))
    assert etag() != after


def test_the_etag_of_a_running_period_changes_when_the_day_does(cast: Cast, facts: None, clock: Any) -> None:
    make_kpi(cast, Aggregate.SUM)

    def etags() -> list[str]:
        spans = [(date(2026, 6, 1), date(2026, 6, 5)), (date(2026, 6, 1), date(2026, 6, 12))]
        return [selectors.series_request(cast.ana, "kpi", Grain.DAY, *span).etag for span in spans]

    past, running = etags()
    clock.move_to("2026-06-11T04:00:00+00:00")
    assert etags()[0] == past
    assert etags()[1] != running


def test_unknown_keys_bad_spans_and_foreign_teams_are_refused(cast: Cast, facts: None) -> None:
    make_kpi(cast, Aggregate.SUM)
    with pytest.raises(NotVisible):
        selectors.series(cast.dan, "kpi", Grain.DAY, date(2026, 6, 1), date(2026, 6, 5))
    for first, last in [(date(2026, 6, 2), date(2026, 6, 1)), (date(1, 1, 1), date(9999, 12, 31))]:
        with pytest.raises(InvalidInput):
            selectors.series(cast.ana, "kpi", Grain.DAY, first, last)
    with pytest.raises(InvalidInput):
        selectors.series(cast.ana, "kpi", Grain.DAY, date(2026, 6, 1), date(2026, 6, 5), team_id=10**9)
