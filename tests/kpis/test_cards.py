"""The KPIs as they stand now, with a constant number of queries."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Status, Unit
from kpis.models import Kpi, Metric
from tests.conftest import Cast
from tests.kpis.conftest import row

ON = date(2026, 6, 10)


def make_kpi(cast: Cast, key: str, aggregate: Aggregate, metric: str = "calls", **definition: object) -> Kpi:
    return services.create_kpi(
        cast.ana,
        key=key,
        unit=Unit.COUNT,
        direction=Direction.UP,
        name_en=key.title(),
        definition=services.Definition(aggregate, metric, **definition),
    )


@pytest.fixture
def facts(cast: Cast, metric: Metric) -> None:
    """One fact a day with the value 1, for 400 days until and with the day before ON, and one on ON."""
    days = [ON - timedelta(days=back) for back in range(401)]
    services.ingest_measurements(cast.ana, "calls", [row(str(day), f"{day}T12:00", 1) for day in days])
    services.recompute_all_dirty()


def card(cast: Cast, key: str) -> selectors.KpiCard:
    return next(each for each in selectors.cards(cast.vera, ON) if each.key == key)


def test_a_card_shows_the_last_28_complete_days_and_the_28_before(cast: Cast, facts: None) -> None:
    make_kpi(cast, "calls-made", Aggregate.SUM)
    services.set_target(cast.ana, "calls-made", date(2026, 1, 1), Decimal(30), Decimal(28))
    services.ingest_measurements(cast.ana, "calls", [row("more", "2026-05-12T12:00", 5)])
    services.recompute_all_dirty()
    shown = card(cast, "calls-made")
    assert (shown.value, shown.previous_value, shown.n) == (28, 33, 28)
    assert (shown.target, shown.status) == (30, Status.NEAR)
    assert shown.sparkline[-5:] == [12, 7, 7, 7, 7]
    assert len(shown.sparkline) == 52


def test_a_balance_is_the_one_at_the_end_of_the_last_complete_day(cast: Cast, facts: None) -> None:
    make_kpi(cast, "open-calls", Aggregate.BALANCE)
    shown = card(cast, "open-calls")
    assert (shown.value, shown.previous_value) == (400, 372)
    assert shown.sparkline[-2:] == [393, 400]


def test_a_goal_reads_the_same_number_as_the_card(cast: Cast, facts: None) -> None:
    kpis = [make_kpi(cast, aggregate, aggregate) for aggregate in (Aggregate.MEAN, Aggregate.BALANCE)]
    values = selectors.current_values(cast.organization.pk, [kpi.pk for kpi in kpis], ON)
    for kpi in kpis:
        shown = card(cast, kpi.key)
        now = values[kpi.pk]
        assert (now.value, now.n, now.status) == (shown.value, shown.n, shown.status)
    assert selectors.current_values(cast.other.pk, [kpi.pk for kpi in kpis]) == {}


def test_a_card_without_facts_has_no_value(cast: Cast, metric: Metric) -> None:
    make_kpi(cast, "calls-made", Aggregate.COUNT)
    shown = card(cast, "calls-made")
    assert (shown.value, shown.n, shown.status, shown.pending) == (None, 0, Status.TOO_FEW, False)
    assert set(shown.sparkline) == {None}


def test_a_card_is_pending_while_a_day_of_it_waits(cast: Cast, facts: None) -> None:
    make_kpi(cast, "calls-made", Aggregate.COUNT)
    services.ingest_measurements(cast.ana, "calls", [row("late", "2025-06-12T12:00")])
    assert not card(cast, "calls-made").pending
    services.ingest_measurements(cast.ana, "calls", [row("late", "2026-06-01T12:00")])
    waiting = card(cast, "calls-made")
    services.recompute_all_dirty()
    fresh = card(cast, "calls-made")
    assert (waiting.pending, fresh.pending) == (True, False)
    assert waiting.fresh_through < fresh.fresh_through


def queries(call: object, *arguments: object) -> int:
    with CaptureQueriesContext(connection) as seen:
        call(*arguments)
    return len(seen)


def test_twelve_kpis_cost_as_many_queries_as_one(cast: Cast, facts: None) -> None:
    first = make_kpi(cast, "kpi-0", Aggregate.SUM)
    one = (
        queries(selectors.cards, cast.vera),
        queries(selectors.current_values, cast.organization.pk, [first.pk]),
    )
    ids = [make_kpi(cast, f"kpi-{number}", Aggregate.BALANCE).pk for number in range(1, 12)]
    twelve = queries(selectors.cards, cast.vera), queries(selectors.current_values, cast.organization.pk, ids)
    assert one == twelve == (3, 3)
    assert queries(selectors.series, cast.vera, "kpi-1", "day", date(2026, 1, 1), date(2026, 6, 1)) == 3
    assert queries(selectors.rows, cast.vera, "kpi-1", date(2026, 1, 1), date(2026, 6, 1)) <= 5


def test_without_its_weeks_a_card_says_the_same(cast: Cast, facts: None) -> None:
    make_kpi(cast, "calls-made", Aggregate.SUM)
    make_kpi(cast, "level", Aggregate.BALANCE)
    services.set_target(cast.ana, "calls-made", date(2026, 1, 1), Decimal(30), Decimal(28))
    every = selectors.cards(cast.vera, ON)
    few = selectors.cards(cast.vera, ON, with_weeks=False)
    assert [len(each.sparkline) for each in every] == [52, 52]
    for whole, short in zip(every, few, strict=True):
        assert short == replace(whole, sparkline=[], fresh_through=short.fresh_through)


def test_another_organization_has_no_cards(cast: Cast, facts: None) -> None:
    make_kpi(cast, "calls-made", Aggregate.COUNT)
    assert selectors.cards(cast.dan) == []


def test_a_share_of_more_than_all_is_told_apart(cast: Cast, facts: None) -> None:
    for key, scale in (("half", 50), ("more", 150)):
        made = services.Definition(Aggregate.RATIO, "calls", denominator="calls", scale=Decimal(scale))
        services.create_kpi(
            cast.ana, key=key, unit=Unit.PERCENT, direction=Direction.UP, name_en=key, definition=made
        )
    assert [card(cast, key).is_above_whole for key in ("half", "more")] == [False, True]
    page = render_to_string("components/kpi_card.html", {"card": card(cast, "more")})
    assert "More than 100" in page
