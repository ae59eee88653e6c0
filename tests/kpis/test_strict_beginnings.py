"""A strict read knows where a metric begins, as the cells will: days without facts are 0 from then on, else unknown."""

from datetime import date
from decimal import Decimal

import pytest

from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Grain, Unit
from kpis.models import DirtyRange, Metric
from kpis.selectors import By, Consistency
from tests.conftest import Cast
from tests.kpis.conftest import row

pytestmark = pytest.mark.django_db
FIRST_ON, LAST_ON = date(2026, 6, 1), date(2026, 6, 4)


@pytest.fixture(params=[Aggregate.SUM, Aggregate.COUNT])
def kpi(request: pytest.FixtureRequest, cast: Cast, metric: Metric) -> str:
    """The calls, summed up or counted, and a formula that reads them."""
    for key, definition in (
        ("kpi", services.Definition(request.param, "calls")),
        ("twice", services.Definition(Aggregate.FORMULA, formula="2 * [kpi]")),
    ):
        services.create_kpi(
            cast.ana,
            key=key,
            unit=Unit.COUNT,
            direction=Direction.UP,
            name_en=key,
            definition=definition,
        )
    services.recompute_all_dirty()
    return "kpi"


def values(cast: Cast, consistency: Consistency, key: str = "kpi", **narrowed: int) -> list[Decimal | None]:
    """One a day, from the day before the first fact on."""
    found = selectors.series(cast.ana, key, Grain.DAY, FIRST_ON, LAST_ON, consistency=consistency, **narrowed)
    return [point.value for point in found.points]


def push(cast: Cast, *days: int, value: int | None = 1) -> None:
    rows = [row(f"day:{day}", f"2026-06-{day:02}T09:00", value, team_id=cast.support.pk) for day in days]
    services.ingest_measurements(cast.ana, "calls", rows)


def test_the_days_after_the_first_fact_are_zero_before_any_cell_is_made(cast: Cast, kpi: str) -> None:
    push(cast, 2)
    assert values(cast, Consistency.CELLS) == [None] * 4
    assert values(cast, Consistency.STRICT) == [None, 1, 0, 0]
    assert values(cast, Consistency.STRICT, "twice") == [None, 2, 0, 0]
    services.recompute_all_dirty()
    assert values(cast, Consistency.CELLS) == values(cast, Consistency.STRICT) == [None, 1, 0, 0]


def test_a_scope_without_a_cell_is_zero_from_the_first_fact_of_the_metric_on(cast: Cast, kpi: str) -> None:
    push(cast, 2)
    assert values(cast, Consistency.STRICT, team_id=cast.field.pk) == [None, 0, 0, 0]
    services.recompute_all_dirty()
    assert values(cast, Consistency.CELLS, team_id=cast.field.pk) == [None, 0, 0, 0]


def test_an_earlier_fact_and_one_taken_back_move_the_beginning_at_once(cast: Cast, kpi: str) -> None:
    push(cast, 2, 4)
    services.recompute_all_dirty()
    push(cast, 2, value=None)
    assert values(cast, Consistency.CELLS) == [None, 1, 0, 1]
    assert values(cast, Consistency.STRICT) == [None, None, None, 1]
    push(cast, 1)
    assert values(cast, Consistency.STRICT) == [1, 0, 0, 1]
    services.recompute_all_dirty()
    assert values(cast, Consistency.CELLS) == [1, 0, 0, 1]


def test_all_taken_back_is_unknown_again(cast: Cast, kpi: str) -> None:
    push(cast, 2, 3)
    services.recompute_all_dirty()
    push(cast, 2, 3, value=None)
    assert values(cast, Consistency.STRICT) == [None] * 4
    services.recompute_all_dirty()
    assert values(cast, Consistency.CELLS) == [None] * 4


def test_frozen_days_keep_their_beginning_whatever_is_dirty(cast: Cast, kpi: str, metric: Metric) -> None:
    push(cast, 2)
    services.recompute_all_dirty()
    Metric.objects.filter(pk=metric.pk).update(final_before=date(2026, 6, 4))
    DirtyRange.objects.create(
        metric_id=metric.pk, shard=DirtyRange.shard_of(metric.pk), first_on=FIRST_ON, last_on=LAST_ON
    )
    assert values(cast, Consistency.STRICT) == [None, 1, 0, 0]


def test_a_breakdown_read_strictly_begins_there_too(cast: Cast, kpi: str) -> None:
    push(cast, 2)
    day = date(2026, 6, 3)
    found = selectors.breakdown(cast.ana, kpi, By.TEAM, day, day, consistency=Consistency.STRICT)
    assert (found.whole.value, found.parts) == (0, [])
