"""A signal is acknowledged, made a task or closed with a reason, and each decision is an event."""

from datetime import date
from decimal import Decimal

import pytest

from activity.models import Event
from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from kpis import services
from kpis.choices import SignalEnding, SignalKind, SignalState, SignalTrend
from kpis.errors import SignalIsClosed
from kpis.models import Kpi, Signal
from tasks.models import Task
from tasks.services import open_task_for_signal
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def signal(cast: Cast) -> Signal:
    """Complaints have risen."""
    services.install_library(cast.organization.pk)
    return Signal.objects.create(
        organization=cast.organization,
        kpi=Kpi.objects.get(organization=cast.organization, key="complaint-rate"),
        team=cast.support,
        kind=SignalKind.SHIFT,
        trend=SignalTrend.UP,
        is_good=False,
        first_on=date(2026, 11, 1),
        last_on=date(2026, 11, 3),
        value=Decimal("12.5"),
        expected=Decimal(8),
    )


def _verbs() -> list[str]:
    return list(
        Event.objects.filter(verb__startswith="signal.").order_by("pk").values_list("verb", flat=True)
    )


def test_who_acknowledges_it_owns_it(cast: Cast, signal: Signal) -> None:
    services.acknowledge_signal(cast.ben, signal_id=signal.pk, comment="New courier since Monday")
    signal.refresh_from_db()
    assert (signal.state, signal.owner, signal.comment) == (
        SignalState.ACKNOWLEDGED,
        cast.ben,
        "New courier since Monday",
    )
    first_at = signal.acknowledged_at
    services.acknowledge_signal(cast.cleo, signal_id=signal.pk)
    signal.refresh_from_db()
    assert (signal.owner, signal.comment, signal.acknowledged_at) == (
        cast.cleo,
        "New courier since Monday",
        first_at,
    )
    assert _verbs() == ["signal.acknowledged"] * 2


def test_its_task_belongs_to_its_team_and_there_is_only_one(cast: Cast, signal: Signal) -> None:
    task = open_task_for_signal(
        by=cast.ben, signal_id=signal.pk, title="Look into it", assignee_id=cast.ben.pk
    )
    signal.refresh_from_db()
    assert (signal.state, signal.task_id, signal.owner) == (SignalState.TASK_OPENED, task.pk, cast.ben)
    assert task.team == cast.support
    with pytest.raises(InvalidInput):
        open_task_for_signal(by=cast.ana, signal_id=signal.pk, title="Once more")
    assert Task.objects.count() == 1
    assert _verbs() == ["signal.task_opened"]


def test_a_new_baseline_needs_a_reason(cast: Cast, signal: Signal) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.close_signal(cast.ben, signal_id=signal.pk, ending=SignalEnding.NEW_BASELINE, reason="  ")
    assert list(refused.value.fields) == ["reason"]
    services.close_signal(
        cast.ben, signal_id=signal.pk, ending=SignalEnding.NEW_BASELINE, reason="Two new products"
    )
    signal.refresh_from_db()
    assert (signal.state, signal.ending, signal.ending_reason) == (
        SignalState.CLOSED,
        SignalEnding.NEW_BASELINE,
        "Two new products",
    )


def test_a_closed_signal_stays_as_it_is(cast: Cast, signal: Signal) -> None:
    services.close_signal(cast.ben, signal_id=signal.pk, ending=SignalEnding.SOLVED)
    for decide in (
        lambda: services.acknowledge_signal(cast.ana, signal_id=signal.pk),
        lambda: services.close_signal(cast.ana, signal_id=signal.pk, ending=SignalEnding.FALSE_ALARM),
        lambda: open_task_for_signal(by=cast.ana, signal_id=signal.pk, title="Too late"),
    ):
        with pytest.raises(SignalIsClosed):
            decide()
    signal.refresh_from_db()
    assert (signal.ending, signal.owner, signal.task_id) == (SignalEnding.SOLVED, None, None)
    assert not Task.objects.exists()
    assert _verbs() == ["signal.closed"]


def test_viewers_strangers_and_old_versions_are_refused(cast: Cast, signal: Signal) -> None:
    with pytest.raises(NotAllowed):
        services.acknowledge_signal(cast.vera, signal_id=signal.pk)
    with pytest.raises(NotVisible):
        services.acknowledge_signal(cast.dan, signal_id=signal.pk)
    with pytest.raises(NotVisible):
        open_task_for_signal(by=cast.dan, signal_id=signal.pk, title="Theirs")
    services.acknowledge_signal(cast.ben, signal_id=signal.pk, version=1)
    with pytest.raises(StaleVersion):
        services.close_signal(cast.ben, signal_id=signal.pk, ending=SignalEnding.SOLVED, version=1)
    signal.refresh_from_db()
    assert (signal.state, signal.version) == (SignalState.ACKNOWLEDGED, 2)
