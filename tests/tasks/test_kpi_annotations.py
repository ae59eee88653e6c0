"""Completed tasks appear on the chart of the KPI they were meant for, and nobody else's do."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from goals import services as goals
from goals.choices import Source
from goals.services import KeyResultInput
from kpis import services as kpis
from kpis.choices import SignalKind, SignalTrend
from kpis.models import Kpi, Signal
from tasks import services
from tasks.annotations import MOST, completed_tasks
from tasks.choices import Status
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db
DONE_AT = datetime(2026, 5, 4, 17, tzinfo=UTC)  # the fifth of May in Shanghai


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    """A KPI that drives a goal."""
    kpis.install_library(cast.organization.pk)
    return Kpi.objects.get(organization=cast.organization, key="complaint-rate")


@pytest.fixture
def goal_id(cast: Cast, kpi: Kpi) -> int:
    """The goal."""
    result = KeyResultInput(
        name_en="Fewer complaints",
        source=Source.KPI,
        kpi_id=kpi.pk,
        start_value=Decimal(9),
        target_value=Decimal(5),
    )
    period = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    return goals.create_goal(by=cast.ana, name_en="Calm", key_results=[result], **period).pk


@time_machine.travel(DONE_AT, tick=False)
def _done(cast: Cast, title: str, **fields: object) -> int:
    task = services.create_task(by=cast.ana, title=title, assignee_id=cast.ben.pk, **fields)
    services.change_status(by=cast.ana, task_id=task.pk, status=Status.DONE)
    return task.pk


def _told(cast: Cast, kpi: Kpi, first: int = 1, last: int = 31) -> list[tuple[date, str]]:
    found = completed_tasks(cast.vera, kpi, date(2026, 5, first), date(2026, 5, last))
    return [(each.day, each.text) for each in found]


def test_a_task_of_the_kpis_goal_stands_on_its_local_day(cast: Cast, kpi: Kpi, goal_id: int) -> None:
    _done(cast, "New courier", goal_id=goal_id)
    _done(cast, "Something else")
    assert _told(cast, kpi) == [(date(2026, 5, 5), "New courier")]
    assert _told(cast, kpi, last=4) == []
    assert _told(cast, kpi, first=5, last=5) == [(date(2026, 5, 5), "New courier")]


@time_machine.travel(DONE_AT, tick=False)
def test_a_task_of_its_signal_comes_first_and_open_ones_do_not(cast: Cast, kpi: Kpi, goal_id: int) -> None:
    for number in range(MOST):
        _done(cast, f"Task {number}", goal_id=goal_id)
    services.create_task(by=cast.ana, title="Still open", goal_id=goal_id)
    signal = Signal.objects.create(
        organization=cast.organization,
        kpi=kpi,
        kind=SignalKind.SHIFT,
        trend=SignalTrend.UP,
        is_good=False,
        first_on=date(2026, 5, 1),
        last_on=date(2026, 5, 1),
        value=Decimal(12),
    )
    task = services.open_task_for_signal(by=cast.ben, signal_id=signal.pk, title="Look into it")
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE)
    told = _told(cast, kpi)
    assert told[0][1] == "Look into it"
    assert len(told) == MOST
    assert completed_tasks(cast.dan, kpi, date(2026, 5, 1), date(2026, 5, 31)) == []


def test_the_page_of_the_kpi_marks_it(cast: Cast, kpi: Kpi, goal_id: int) -> None:
    task_id = _done(cast, "New courier", goal_id=goal_id)
    page = (
        sign_in(cast.vera).get(f"/kpis/{kpi.key}/?grain=day&from=2026-05-01&to=2026-05-31").content.decode()
    )
    assert "New courier" in page
    assert f'href="/tasks/{task_id}/"' in page
