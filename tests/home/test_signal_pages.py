"""The pages of signals: what has to be decided, and the decisions."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from kpis import services
from kpis.choices import SignalEnding, SignalKind, SignalState, SignalTrend
from kpis.models import Kpi, Signal
from tasks.models import Task
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(cast: Cast) -> Cast:
    services.install_library(cast.organization.pk)
    return cast


def _signal(cast: Cast, number: int = 0, **fields: object) -> Signal:
    kpis = Kpi.objects.filter(organization=cast.organization).order_by("pk")
    return Signal.objects.create(
        organization=cast.organization,
        kpi=kpis[number],
        kind=SignalKind.SHIFT,
        trend=SignalTrend.UP,
        is_good=False,
        first_on=date(2026, 11, 1),
        last_on=date(2026, 11, 3),
        value=Decimal("12.5"),
        expected=Decimal(8),
        **fields,
    )


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_shows_open_signals_with_a_constant_number_of_queries(
    stage: Cast, number: int, django_assert_max_num_queries: object
) -> None:
    for index in range(number):
        _signal(stage, index)
    client = sign_in(stage.ben)
    with django_assert_max_num_queries(6):
        page = client.get("/signals/").content.decode()
    assert page.count('class="list-row"') == number
    assert "higher than expected" in page


@pytest.mark.parametrize(("trend", "sentence"), [("up", "varies more"), ("down", "varies less")])
def test_a_changed_variation_is_not_told_as_a_higher_or_lower_value(
    stage: Cast, trend: str, sentence: str
) -> None:
    signal = _signal(stage)
    Signal.objects.update(kind=SignalKind.SPREAD, trend=trend)
    client = sign_in(stage.ben)
    for address in ("/signals/", f"/signals/{signal.pk}/", f"/kpis/{signal.kpi.key}/"):
        page = client.get(address).content.decode()
        assert f"{sentence} than usual, lately" in page
        assert "than expected" not in page


def test_an_empty_list_says_what_it_is_for(stage: Cast) -> None:
    assert "Nothing to decide" in sign_in(stage.ben).get("/signals/").content.decode()


def test_it_is_looked_into_made_a_task_and_closed_by_pages(stage: Cast) -> None:
    signal = _signal(stage)
    client = sign_in(stage.ben)
    address = f"/signals/{signal.pk}/"
    client.post(f"{address}acknowledgement/", {"comment": "New courier"})
    client.post(f"{address}tasks/", {"title": "Call the courier", "assignee": stage.ben.pk})
    page = client.get(address).content.decode()
    assert "New courier" in page
    assert "Call the courier" in page
    signal.refresh_from_db()
    assert signal.task_id == Task.objects.get().pk
    client.post(f"{address}closure/", {"ending": SignalEnding.SOLVED, "reason": "Contract changed"})
    signal.refresh_from_db()
    assert (signal.state, signal.ending_reason) == (SignalState.CLOSED, "Contract changed")
    assert "Nothing to decide" in client.get("/signals/").content.decode()
    assert "Contract changed" in client.get(address).content.decode()


def test_what_was_typed_stays_when_it_is_refused(stage: Cast) -> None:
    signal = _signal(stage)
    client: Client = sign_in(stage.ben)
    answer = client.post(
        f"/signals/{signal.pk}/closure/", {"ending": SignalEnding.NEW_BASELINE, "reason": ""}
    )
    assert answer.status_code == 422
    assert "Say why this is the new normal" in answer.content.decode()
    answer = client.post(f"/signals/{signal.pk}/tasks/", {"title": "", "due_on": "2026-12-24"})
    assert answer.status_code == 422
    assert 'value="2026-12-24"' in answer.content.decode()
    assert not Task.objects.exists()


def test_a_viewer_reads_and_is_offered_nothing(stage: Cast) -> None:
    signal = _signal(stage)
    client = sign_in(stage.vera)
    page = client.get(f"/signals/{signal.pk}/").content.decode()
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    assert client.post(f"/signals/{signal.pk}/closure/", {"ending": "solved"}).status_code == 403
    signal.refresh_from_db()
    assert signal.state == SignalState.NEW


def test_home_shows_what_has_to_be_decided(stage: Cast) -> None:
    _signal(stage)
    row = services.MeasurementRow("1", timezone.now() - timedelta(days=2), Decimal(7))
    services.ingest_measurements(stage.ana, "orders.completed", [row])
    services.recompute_all_dirty()
    page = sign_in(stage.ana).get("/").content.decode()
    assert "Signals to decide on" in page
    assert "higher than expected" in page
