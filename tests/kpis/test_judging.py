"""Where a KPI stands is a row that follows its cells, and a change of status is an event."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from activity.models import Event
from kpis import jobs, services
from kpis.choices import Aggregate, Direction, Status, Unit
from kpis.models import DirtyRange, Kpi, KpiState, MetricProgress
from kpis.selectors import current_values
from kpis.services import Definition, MeasurementRow
from tests.conftest import Cast


def _push(cast: Cast, value: int, key: str = "1", days_ago: int = 2) -> None:
    row = MeasurementRow(key, timezone.now() - timedelta(days=days_ago), Decimal(value))
    services.ingest_measurements(cast.ana, "calls", [row])
    services.recompute_all_dirty()


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    """The sum of pushed calls, with a target of 100."""
    services.create_metric(cast.ana, key="calls", unit=Unit.COUNT, name_en="Calls")
    kpi = services.create_kpi(
        cast.ana,
        key="calls",
        unit=Unit.COUNT,
        direction=Direction.UP,
        definition=Definition(aggregate=Aggregate.SUM, metric="calls"),
        name_en="Calls",
    )
    services.set_target(cast.ana, "calls", starts_on=date(2000, 1, 1), value=Decimal(100), near=Decimal(80))
    return kpi


def _changes() -> list[tuple[str, str]]:
    events = Event.objects.filter(verb="kpi.status_changed").order_by("pk")
    return [(event.facts["before"], event.facts["after"]) for event in events]


@pytest.mark.django_db
def test_the_state_follows_the_cells_and_a_new_status_is_one_event(cast: Cast, kpi: Kpi) -> None:
    _push(cast, 90)
    assert services.judge_due() == 1
    state = KpiState.objects.get()
    assert (state.value, state.n, state.target, state.status) == (90, 1, 100, Status.NEAR)
    _push(cast, 10, key="2")
    since = state.since
    assert services.judge_due() == 1
    state.refresh_from_db()
    assert (state.value, state.status) == (100, Status.ON_TARGET)
    assert state.since > since
    assert _changes() == [("near", "on_target")]


@pytest.mark.django_db
def test_judging_twice_judges_nothing_the_second_time(cast: Cast, kpi: Kpi) -> None:
    _push(cast, 90)
    jobs.judge()
    before = KpiState.objects.get().judged_at
    jobs.judge()
    assert KpiState.objects.get().judged_at == before
    assert services.judge_due() == 0
    assert _changes() == []


@pytest.mark.django_db
def test_a_new_target_and_a_new_day_are_judged_without_a_new_fact(cast: Cast, kpi: Kpi) -> None:
    _push(cast, 90)
    services.judge_due()
    services.set_target(cast.ana, "calls", starts_on=date(2000, 1, 1), value=Decimal(50), near=Decimal(40))
    assert services.judge_due() == 1
    assert _changes() == [("near", "on_target")]
    KpiState.objects.update(on=date(2020, 1, 1))
    assert services.judge_due() == 1


@pytest.mark.django_db
def test_a_redefined_input_judges_the_formula_that_reads_it(cast: Cast, kpi: Kpi) -> None:
    services.create_kpi(
        cast.ana,
        key="twice",
        unit=Unit.COUNT,
        direction=Direction.UP,
        definition=Definition(aggregate=Aggregate.FORMULA, formula="2 * [calls]"),
        name_en="Twice",
    )
    _push(cast, 90)
    assert services.judge_due() == 2
    assert KpiState.objects.get(kpi__key="twice").value == 180
    services.change_definition(
        cast.ana, "calls", Definition(Aggregate.SUM, "calls", scale=Decimal(3)), version=None
    )
    assert services.judge_due() == 2
    assert KpiState.objects.get(kpi__key="twice").value == 540
    assert services.judge_due() == 0


@pytest.mark.django_db
def test_the_state_is_the_number_of_the_card(cast: Cast) -> None:
    services.install_library(cast.organization.pk)
    row = MeasurementRow("1", timezone.now() - timedelta(days=3), Decimal(700))
    services.ingest_measurements(cast.ana, "orders.completed", [row])
    services.recompute_all_dirty()
    services.judge_due()
    states = {state.kpi_id: state for state in KpiState.objects.all()}
    values = current_values(cast.organization.pk, states)
    assert len(states) == Kpi.objects.filter(organization=cast.organization).count()
    for kpi_id, value in values.items():
        state = states[kpi_id]
        assert (state.value, state.n, state.status) == (value.value, value.n, value.status)


@pytest.mark.django_db
def test_one_changed_metric_judges_only_what_reads_it(cast: Cast, kpi: Kpi) -> None:
    services.create_metric(cast.ana, key="other", unit=Unit.COUNT, name_en="Other")
    services.create_kpi(
        cast.ana,
        key="other",
        unit=Unit.COUNT,
        direction=Direction.UP,
        definition=Definition(aggregate=Aggregate.SUM, metric="other"),
        name_en="Other",
    )
    _push(cast, 90)
    assert services.judge_due() == 2
    _push(cast, 5, key="2")
    assert services.judge_due() == 1


@pytest.mark.django_db
def test_a_version_that_was_drawn_before_one_already_seen_is_judged_too(cast: Cast, kpi: Kpi) -> None:
    """As after a recompute that began first and committed last."""
    services.create_metric(cast.ana, key="other", unit=Unit.COUNT, name_en="Other")
    services.ingest_measurements(cast.ana, "other", [MeasurementRow("1", timezone.now(), Decimal(1))])
    _push(cast, 90)
    MetricProgress.objects.filter(metric__key="other").update(newest_version=F("newest_version") + 1_000)
    services.judge_due()
    _push(cast, 10, key="2")
    assert services.judge_due() == 1
    assert KpiState.objects.get(kpi=kpi).value == 100


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_judge_at_once_leave_one_event(cast: Cast, kpi: Kpi) -> None:
    _push(cast, 90)
    services.judge_due()
    _push(cast, 10, key="2")

    def judge() -> None:
        services.judge_due()
        connection.close()

    threads = [Thread(target=judge) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.judge_due()
    assert _changes() == [("near", "on_target")]


def _hints() -> set[str]:
    return {waiting[1].job for waiting in connection.run_on_commit}


@pytest.mark.django_db
def test_a_recompute_asks_for_judging_and_a_moved_number_for_the_watch(cast: Cast, kpi: Kpi) -> None:
    """Status and signals follow the cells by messages; the sweep is only for those that get lost."""
    connection.run_on_commit.clear()
    _push(cast, 90)
    assert "kpis.judge" in _hints()
    services.judge_due()
    assert "kpis.watch" in _hints()
    services.watch_due()
    connection.run_on_commit.clear()
    _push(cast, 10, key="today", days_ago=0)
    assert "kpis.judge" in _hints()
    services.judge_due()
    assert "kpis.watch" not in _hints()
    _push(cast, 95)
    services.judge_due()
    assert "kpis.watch" in _hints()


@pytest.mark.django_db
def test_a_recompute_that_changes_nothing_asks_for_nothing(cast: Cast, kpi: Kpi) -> None:
    _push(cast, 90)
    metric_id = MetricProgress.objects.get().metric_id
    DirtyRange.objects.create(
        metric_id=metric_id,
        shard=DirtyRange.shard_of(metric_id),
        first_on=date(2020, 1, 1),
        last_on=timezone.localdate(),
    )
    connection.run_on_commit.clear()
    services.recompute_all_dirty()
    assert "kpis.judge" not in _hints()
