"""Signals through the API: listed, read, acknowledged, made a task, closed."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from kpis import services
from kpis.choices import SignalKind, SignalState, SignalTrend
from kpis.models import Kpi, Signal
from people.choices import Scope
from tasks.models import Task
from tests.conftest import Cast, bearer

pytestmark = pytest.mark.django_db


@pytest.fixture
def signal(cast: Cast) -> Signal:
    """The first KPI has risen."""
    services.install_library(cast.organization.pk)
    return Signal.objects.create(
        organization=cast.organization,
        kpi=Kpi.objects.filter(organization=cast.organization).order_by("pk").first(),
        kind=SignalKind.SHIFT,
        trend=SignalTrend.UP,
        is_good=False,
        first_on=date(2026, 11, 1),
        last_on=date(2026, 11, 3),
        value=Decimal("12.5"),
    )


def _client(cast: Cast) -> Client:
    return Client(headers=bearer(cast.ben))


def test_open_ones_are_listed_and_closed_ones_on_request(cast: Cast, signal: Signal) -> None:
    client = _client(cast)
    (listed,) = client.get("/api/v1/signals/").json()["results"]
    assert (listed["id"], listed["kpi"], listed["value"]) == (signal.pk, signal.kpi.key, 12.5)
    assert client.get("/api/v1/signals/?kpi=other").json()["results"] == []
    services.close_signal(cast.ben, signal_id=signal.pk, ending="solved")
    assert client.get("/api/v1/signals/").json()["results"] == []
    assert len(client.get("/api/v1/signals/?state=all").json()["results"]) == 1
    assert client.get("/api/v1/signals/?state=some").status_code == 400


def test_it_is_decided_on_with_the_version_it_was_read_at(cast: Cast, signal: Signal) -> None:
    client = _client(cast)
    address = f"/api/v1/signals/{signal.pk}/"
    old = client.get(address)["ETag"]
    take = {"data": {"comment": "mine"}, "content_type": "application/json"}
    assert client.post(f"{address}acknowledgement/", **take, headers={"If-Match": '"v9"'}).status_code == 412
    answer = client.post(f"{address}acknowledgement/", **take, headers={"If-Match": old})
    assert (answer.status_code, answer.json()["state"]) == (200, "acknowledged")
    body = {"ending": "solved", "reason": "done"}
    close = {"content_type": "application/json"}
    assert client.post(f"{address}closure/", body, **close).status_code == 428
    assert client.post(f"{address}closure/", body, headers={"If-Match": old}, **close).status_code == 412
    signal.refresh_from_db()
    assert signal.state == SignalState.ACKNOWLEDGED
    answer = client.post(f"{address}closure/", body, headers={"If-Match": answer["ETag"]}, **close)
    assert (answer.status_code, answer.json()["ending_reason"]) == (200, "done")


def test_its_task_is_opened_once(cast: Cast, signal: Signal) -> None:
    client = _client(cast)
    address = f"/api/v1/signals/{signal.pk}/tasks/"
    body = {"title": "Look into it", "assignee_id": cast.ben.pk}
    answer = client.post(address, body, content_type="application/json")
    assert answer.status_code == 201
    assert client.get(answer["Location"]).json()["title"] == "Look into it"
    assert client.post(address, body, content_type="application/json").status_code == 409
    assert Task.objects.count() == 1


def test_a_token_that_only_reads_decides_nothing(cast: Cast, signal: Signal) -> None:
    client = Client(headers=bearer(cast.ben, Scope.KPIS_READ))
    answer = client.post(f"/api/v1/signals/{signal.pk}/acknowledgement/", {}, content_type="application/json")
    assert answer.status_code == 403
    signal.refresh_from_db()
    assert signal.state == SignalState.NEW
