"""Signals open by themselves, once, on new complete days, and close by themselves after a recovery."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activity.models import Event
from kpis import jobs, services
from kpis.choices import Aggregate, Direction, SignalEnding, SignalKind, SignalState, SignalTrend, Unit
from kpis.models import Kpi, KpiState, Signal
from kpis.selectors import today
from kpis.services import Definition, MeasurementRow
from tests.conftest import Cast

HISTORY_DAYS = 90


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    """The daily sum of a pushed metric, where less is better, steady around 100 for 90 days up to yesterday."""
    services.create_metric(cast.ana, key="wait", unit=Unit.COUNT, name_en="Wait")
    kpi = services.create_kpi(
        cast.ana,
        key="wait",
        unit=Unit.COUNT,
        direction=Direction.DOWN,
        definition=Definition(aggregate=Aggregate.SUM, metric="wait"),
        name_en="Wait",
    )
    dice = random.Random(7)
    _push(cast, {back: 100 + dice.gauss(0, 3) for back in range(HISTORY_DAYS, 0, -1)})
    return kpi


def _push(cast: Cast, values: dict[int, float]) -> None:
    """The value of each day, by how many days ago it was; at noon where the organization is."""
    day = today(cast.organization)
    rows = [
        MeasurementRow(
            f"day-{day - timedelta(days=back)}",
            datetime.combine(day - timedelta(days=back), datetime.min.time(), cast.organization.zone)
            + timedelta(hours=12),
            Decimal(round(value, 3)),
        )
        for back, value in values.items()
    ]
    services.ingest_measurements(cast.ana, "wait", rows)
    services.recompute_all_dirty()


def _watch(cast: Cast) -> int:
    services.judge_kpis(cast.organization.pk)
    return services.watch_kpis(cast.organization.pk)


def _opened() -> int:
    return Event.objects.filter(verb="signal.opened").count()


@pytest.mark.django_db
def test_a_steady_kpi_has_no_signal(cast: Cast, kpi: Kpi) -> None:
    assert _watch(cast) == 0
    assert not Signal.objects.exists()


@pytest.mark.django_db
def test_a_day_far_outside_opens_one_signal_with_its_numbers(cast: Cast, kpi: Kpi) -> None:
    _push(cast, {1: 180})
    assert _watch(cast) >= 1
    signal = Signal.objects.get(kind=SignalKind.SPIKE)
    assert (signal.trend, signal.is_good, signal.state) == (SignalTrend.UP, False, SignalState.NEW)
    assert signal.value == 180
    assert signal.first_on == today(cast.organization) - timedelta(days=1)
    assert signal.low < signal.expected < signal.high < 180


@pytest.mark.django_db
def test_a_better_day_is_a_good_signal(cast: Cast, kpi: Kpi) -> None:
    _push(cast, {1: 20})
    _watch(cast)
    assert Signal.objects.get(kind=SignalKind.SPIKE).is_good


@pytest.mark.django_db
def test_watching_twice_opens_nothing_the_second_time(cast: Cast, kpi: Kpi) -> None:
    _push(cast, {1: 180})
    services.judge_kpis(cast.organization.pk)
    jobs.watch()
    opened = _opened()
    assert opened >= 1
    jobs.watch()
    KpiState.objects.update(watched_on=None)
    jobs.watch()
    assert (_opened(), Signal.objects.count()) == (opened, opened)


@pytest.mark.django_db
def test_facts_of_today_replay_no_past_and_a_late_one_of_yesterday_does(cast: Cast, kpi: Kpi) -> None:
    _watch(cast)
    assert _reads_of_cells(cast, {0: 55}) == 0
    assert _reads_of_cells(cast, {1: 180}) > 0
    assert Signal.objects.filter(kind=SignalKind.SPIKE).exists()
    services.change_definition(
        cast.ana, "wait", Definition(Aggregate.SUM, "wait", scale=Decimal(3)), version=None
    )
    assert _reads_of_cells(cast, {}) > 0


def _reads_of_cells(cast: Cast, values: dict[int, float]) -> int:
    """How often a look for signals reads cells once these values are in."""
    if values:
        _push(cast, values)
    services.judge_kpis(cast.organization.pk)
    with CaptureQueriesContext(connection) as captured:
        services.watch_due()
    return sum("kpis_daycell" in query["sql"] for query in captured)


@pytest.mark.django_db
def test_a_closed_signal_does_not_open_again_for_the_same_day(cast: Cast, kpi: Kpi) -> None:
    _push(cast, {1: 180})
    _watch(cast)
    for signal in Signal.objects.all():
        services.close_signal(cast.ben, signal_id=signal.pk, ending=SignalEnding.SOLVED)
    assert _watch(cast) == 0


@pytest.mark.django_db
def test_a_past_outlier_that_is_imported_later_opens_nothing(cast: Cast, kpi: Kpi) -> None:
    _push(cast, {20: 180})
    assert _watch(cast) == 0


@pytest.mark.django_db
def test_a_value_of_few_facts_is_not_judged(cast: Cast, kpi: Kpi) -> None:
    services.change_definition(
        cast.ana, "wait", Definition(aggregate=Aggregate.MEAN, metric="wait"), version=None
    )
    _push(cast, {1: 180})
    assert _watch(cast) == 0


@pytest.mark.django_db
def test_a_day_that_is_too_young_to_be_told_is_not_judged_yet(cast: Cast, kpi: Kpi) -> None:
    slow = Definition(aggregate=Aggregate.SUM, metric="wait", matures_after_days=7)
    services.change_definition(cast.ana, "wait", slow, version=None)
    _push(cast, {1: 180, 7: 170})
    assert _watch(cast) == 0
    _push(cast, {8: 180})
    assert _watch(cast) >= 1


@pytest.mark.django_db
def test_five_days_inside_close_it_as_back_inside(cast: Cast, kpi: Kpi) -> None:
    signal = Signal.objects.create(
        organization=cast.organization,
        kpi=kpi,
        kind=SignalKind.SPIKE,
        trend=SignalTrend.UP,
        is_good=False,
        first_on=today(cast.organization) - timedelta(days=8),
        last_on=today(cast.organization) - timedelta(days=8),
        value=Decimal(180),
    )
    _watch(cast)
    signal.refresh_from_db()
    assert (signal.state, signal.ending) == (SignalState.CLOSED, SignalEnding.BACK_INSIDE)
    assert Event.objects.filter(verb="signal.closed", actor=None).count() == 1


@pytest.mark.django_db
def test_a_new_baseline_is_judged_from_its_first_day(cast: Cast, kpi: Kpi) -> None:
    """Ninety days around 100, then forty around 200: without the new baseline the old level is remembered."""
    dice = random.Random(11)
    _push(cast, {back: 200 + dice.gauss(0, 3) for back in range(40, 0, -1)})
    since = today(cast.organization) - timedelta(days=40)
    _push(cast, {1: 110})
    Signal.objects.create(
        organization=cast.organization,
        kpi=kpi,
        kind=SignalKind.SHIFT,
        trend=SignalTrend.UP,
        is_good=False,
        state=SignalState.CLOSED,
        ending=SignalEnding.NEW_BASELINE,
        ending_reason="New product",
        closed_at=timezone.now(),
        first_on=since,
        last_on=since,
        value=Decimal(200),
    )
    _watch(cast)
    assert Signal.objects.filter(state=SignalState.NEW, trend=SignalTrend.DOWN).exists()


@pytest.mark.django_db
def test_three_false_alarms_retire_a_kind(cast: Cast, kpi: Kpi) -> None:
    for back in (60, 40, 20):
        Signal.objects.create(
            organization=cast.organization,
            kpi=kpi,
            kind=SignalKind.SPIKE,
            trend=SignalTrend.UP,
            is_good=False,
            state=SignalState.CLOSED,
            ending=SignalEnding.FALSE_ALARM,
            closed_at=timezone.now() - timedelta(days=back),
            first_on=today(cast.organization) - timedelta(days=back),
            last_on=today(cast.organization) - timedelta(days=back),
            value=Decimal(180),
        )
    _push(cast, {1: 180})
    _watch(cast)
    assert not Signal.objects.filter(kind=SignalKind.SPIKE, state=SignalState.NEW).exists()
    Signal.objects.filter(first_on=today(cast.organization) - timedelta(days=60)).update(
        ending=SignalEnding.SOLVED
    )
    KpiState.objects.update(watched_on=None)
    services.watch_kpis(cast.organization.pk)
    assert Signal.objects.filter(kind=SignalKind.SPIKE, state=SignalState.NEW).exists()


@pytest.mark.django_db
def test_off_target_is_one_signal_until_it_is_on_target_again(cast: Cast, kpi: Kpi) -> None:
    services.set_target(
        cast.ana, "wait", starts_on=timezone.now().date(), value=Decimal(50), near=Decimal(60)
    )
    services.set_target(
        cast.ana,
        "wait",
        starts_on=(timezone.now() - timedelta(days=400)).date(),
        value=Decimal(50),
        near=Decimal(60),
    )
    assert _watch(cast) == 1
    signal = Signal.objects.get(kind=SignalKind.TARGET)
    assert (signal.expected, signal.trend) == (50, SignalTrend.UP)
    services.close_signal(cast.ben, signal_id=signal.pk, ending=SignalEnding.SOLVED)
    KpiState.objects.update(watched_on=None)
    assert services.watch_kpis(cast.organization.pk) == 0
    KpiState.objects.update(since=timezone.now() + timedelta(seconds=1), watched_on=None)
    assert services.watch_kpis(cast.organization.pk) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_watch_at_once_open_one_signal_each(cast: Cast, kpi: Kpi) -> None:
    _push(cast, {1: 180})
    services.judge_kpis(cast.organization.pk)

    def watch() -> None:
        services.watch_due()
        connection.close()

    threads = [Thread(target=watch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.watch_due()
    kinds = list(Signal.objects.values_list("kind", "trend"))
    assert len(kinds) == len(set(kinds)) == _opened() >= 1
