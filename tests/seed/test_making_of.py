"""A seed gives the same year again."""

from datetime import UTC, datetime
from functools import cache

import pytest

from home.demo.feedback import Staff, feedback_rows, orders_on, with_reopenings
from home.demo.loyalty import cohorts
from home.demo.people import PROJECTS, TEAMS
from home.demo.seeding import Plan
from home.demo.surveys import ease_rows, invitation_rows, recommendation_rows, response_rows
from home.demo.work import Places, work_of
from home.demo.year import is_resting
from tests.seed.filling import SEED

NOW = datetime(2026, 6, 30, 3, 0, tzinfo=UTC)
STAFF = Staff(
    teams={team: number for number, team in enumerate(TEAMS, start=1)},
    members={team: [10 * number, 10 * number + 1] for number, team in enumerate(TEAMS, start=1)},
)


def everything(seed_number: int, now: datetime = NOW) -> tuple[object, ...]:
    plan = Plan(now, seed_number, 12)
    places = Places(STAFF, dict.fromkeys(PROJECTS, 1), {"complaint-rate": 1, "csat": 2})
    items = feedback_rows(plan.year, plan.chance("feedback"), STAFF)
    items = with_reopenings(plan.year, plan.chance("reopenings"), items)
    work = work_of(plan.year, plan.chance("tasks"), places, items)
    answers = response_rows(plan.year, plan.chance("surveys"), STAFF, items)
    chance = plan.chance("orders")
    more = (
        invitation_rows(plan.year, items),
        ease_rows(plan.year, plan.chance("ease"), items),
        recommendation_rows(plan.year, plan.chance("recommendation")),
        cohorts(plan.year, plan.chance("loyalty")),
    )
    return items, work, answers, [orders_on(plan.year, day, chance) for day in plan.year.days], *more


@cache
def usual_year() -> tuple[object, ...]:
    return everything(SEED)


def test_the_same_seed_on_the_same_day_is_the_same_year():
    assert everything(SEED) == usual_year()


def test_another_seed_is_another_year():
    for one, other in zip(usual_year(), everything(SEED + 1), strict=True):
        assert one != other


@pytest.mark.parametrize("hour", [0, 9, 16])
def test_the_sizes_hold_at_any_hour_of_any_day(hour):
    items, work, answers, *_more = everything(SEED, datetime(2026, 3, 5, hour, 59, tzinfo=UTC))
    assert 2_700 <= len(items) <= 3_400
    assert 1_300 <= len(work.rows) <= 1_750
    assert 2_250 <= len(answers) <= 2_850
    assert 5 <= sum(not item.replies for item in items) <= 8


def test_offices_rest_and_shops_do_not():
    _items, work, _answers, orders, *_more = usual_year()
    on_rest_days = [row for row in work.rows if is_resting(row.opened_at.date())]
    assert len(on_rest_days) < 0.12 * len(work.rows)
    assert min(orders[:-1]) > 200
