"""Goals with their measured progress."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from goals.choices import Pace
from goals.models import Goal
from goals.selectors import goal_list, goal_overview, goals_at_risk, measured
from kpis.choices import Grain
from kpis.models import Forecast, Kpi
from kpis.selectors import current_values
from kpis.services import MeasurementRow, ingest_measurements, install_library, recompute_all_dirty
from tasks import services as tasks
from tests.conftest import Cast, sign_in
from tests.goals.conftest import by_hand, set_goal


def measure(cast: Cast, goal: Goal) -> tuple[Decimal | None, Pace]:
    (found,) = measured(cast.ana, goal_list(cast.ana).filter(pk=goal.pk))
    return found.progress, found.pace


def test_a_goal_measured_by_tasks_counts_done_ones_against_all_that_are_not_cancelled(cast: Cast) -> None:
    goal = set_goal(cast, by_hand(source="tasks", target_value=Decimal(100)))
    assert measure(cast, goal) == (None, Pace.UNKNOWN)
    for status in ("done", "done", "todo", "waiting", "cancelled"):
        task = tasks.create_task(by=cast.ana, title="x", goal_id=goal.pk)
        tasks.change_status(by=cast.ana, task_id=task.pk, status=status)
    tasks.create_task(by=cast.ana, title="of no goal")
    assert measure(cast, goal) == (Decimal("0.5"), Pace.ON_PACE)


def test_a_key_result_shows_the_same_number_as_the_kpi(cast: Cast) -> None:
    install_library(cast.organization.pk)
    for hours in (30, 40, 60):
        at = timezone.now() - timedelta(hours=hours)
        task = tasks.create_task(by=cast.ana, title="x")
        task.transitions.update(at=at)
        tasks.change_status(by=cast.ana, task_id=task.pk, status="done", at=at)
    recompute_all_dirty()
    kpi = Kpi.objects.get(organization=cast.organization, key="throughput")
    goal = set_goal(cast, by_hand(source="kpi", kpi_id=kpi.pk))
    (part,) = measured(cast.ana, goal_list(cast.ana).filter(pk=goal.pk))[0].key_results
    assert part.current == current_values(cast.organization.pk, [kpi.pk])[kpi.pk].value == 3
    assert part.progress == Decimal("0.3")
    assert part.unit == kpi.unit


def test_the_pace_counts_what_is_forecast_for_the_end_and_the_page_tells_it(cast: Cast) -> None:
    install_library(cast.organization.pk)
    kpi = Kpi.objects.get(organization=cast.organization, key="csat")
    row = MeasurementRow("1", timezone.now() - timedelta(days=3), Decimal(5))
    bad = MeasurementRow("2", timezone.now() - timedelta(days=3), Decimal(1))
    ingest_measurements(cast.ana, "surveys.csat_score", [row, bad])
    recompute_all_dirty()
    goal = set_goal(
        cast, by_hand(source="kpi", kpi_id=kpi.pk, start_value=Decimal(40), target_value=Decimal(90))
    )
    assert measure(cast, goal) == (Decimal("0.2"), Pace.AT_RISK)
    month = goal.ends_on.replace(day=1)
    Forecast.objects.create(
        kpi=kpi,
        grain=Grain.MONTH,
        made_on=timezone.localdate(),
        starts_on=[month],
        points=[88.0],
        lows=[80.0],
        highs=[96.0],
        beats_naive=True,
        seen_version=1,
    )
    assert measure(cast, goal) == (Decimal("0.2"), Pace.ON_PACE)
    page = sign_in(cast.ana).get(f"/goals/{goal.pk}/").content.decode()
    assert "forecast at the end 88" in page


def test_goals_at_risk_are_active_committed_and_behind_the_furthest_behind_first(cast: Cast) -> None:
    def at(value: int, **fields: object) -> Goal:
        return set_goal(cast, by_hand(manual_value=Decimal(value)), **fields)

    behind, at_risk = at(3), at(1)
    at(5)
    at(0, kind="stretch")
    at(0, days=(0, 99))
    found = goals_at_risk(cast.ana, 5)
    assert [(row.goal, row.pace) for row in found] == [(at_risk, Pace.AT_RISK), (behind, Pace.BEHIND)]
    assert len(goals_at_risk(cast.ana, 1)) == 1
    assert goals_at_risk(cast.dan, 5) == []


@pytest.mark.parametrize("count", [1, 3])
def test_measuring_costs_a_fixed_number_of_queries(cast: Cast, count: int) -> None:
    install_library(cast.organization.pk)
    kpis = list(Kpi.objects.filter(organization=cast.organization)[:count])
    for kpi in kpis:
        set_goal(cast, by_hand(source="kpi", kpi_id=kpi.pk), by_hand(source="tasks"), by_hand())
    with CaptureQueriesContext(connection) as queries:
        assert len(measured(cast.ana, goal_list(cast.ana))) == count
    assert len(queries) == 6
    newest = Goal.objects.latest("id").pk
    with CaptureQueriesContext(connection) as again:
        goal_overview(cast.ana, newest)
    assert len(again) == 8
