"""Targets: listed, set, edited and removed on their page."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from kpis import services
from kpis.choices import Aggregate, Direction, TargetPeriod, TargetShape, Unit
from kpis.models import Kpi, KpiTarget, Metric
from kpis.services import Definition
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(cast: Cast) -> Client:
    """A manager's browser."""
    return sign_in(cast.ana)


@pytest.fixture
def make_kpi(cast: Cast, metric: Metric) -> object:
    """KPIs over the metric."""

    def make(unit: Unit, direction: Direction) -> Kpi:
        definition = Definition(Aggregate.SUM, "calls")
        return services.create_kpi(
            cast.ana, key="calls", name_en="Calls", unit=unit, direction=direction, definition=definition
        )

    return make


def test_a_line_for_a_month_is_stored(make_kpi, ana: Client) -> None:  # type: ignore[no-untyped-def] # a factory
    make_kpi(Unit.COUNT, Direction.UP)
    form = {"starts_on": "2026-01-01", "value": "100", "near": "80", "shape": "line", "period": "month"}
    assert ana.post("/kpis/calls/targets/", form).status_code == 302
    target = KpiTarget.objects.get()
    assert (target.shape, target.period, target.value) == (TargetShape.LINE, TargetPeriod.MONTH, 100)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("2", 7200), ("90 s", 90), ("2h30min", 9000), ("1.5 d", 129_600), ("2小时30分", 9000), ("3天", 259_200)],
)
def test_durations_are_typed_as_people_write_them(make_kpi, ana: Client, typed: str, seconds: int) -> None:  # type: ignore[no-untyped-def] # a factory
    make_kpi(Unit.SECONDS, Direction.DOWN)
    form = {"starts_on": "2026-01-01", "value": typed, "near": "9 d"}
    assert ana.post("/kpis/calls/targets/", form).status_code == 302
    assert KpiTarget.objects.get().value == seconds


@pytest.mark.parametrize("typed", ["soon", "2 h and more", "1:30", "2 fortnights", "1 h 30", "9" * 30])
def test_what_is_no_duration_is_refused_at_its_field(make_kpi, ana: Client, typed: str) -> None:  # type: ignore[no-untyped-def] # a factory
    make_kpi(Unit.SECONDS, Direction.DOWN)
    response = ana.post("/kpis/calls/targets/", {"starts_on": "2026-01-01", "value": typed, "near": "9 d"})
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"value"})
    assert not KpiTarget.objects.exists()


def test_a_kpi_between_two_values_has_four_edges(make_kpi, ana: Client) -> None:  # type: ignore[no-untyped-def] # a factory
    make_kpi(Unit.COUNT, Direction.BETWEEN)
    edges = {"starts_on": "2026-01-01", "value": "10", "near": "8", "upper": "20", "near_upper": "25"}
    assert ana.post("/kpis/calls/targets/", {**edges, "upper": "30"}).status_code == 422
    assert ana.post("/kpis/calls/targets/", edges).status_code == 302
    target = KpiTarget.objects.get()
    assert (target.near, target.value, target.upper, target.near_upper) == (8, 10, 20, 25)


def test_an_edited_target_moves_to_its_new_day(cast: Cast, make_kpi, ana: Client) -> None:  # type: ignore[no-untyped-def] # a factory
    make_kpi(Unit.COUNT, Direction.UP)
    target, _is_new = services.set_target(cast.ana, "calls", date(2026, 1, 1), Decimal(9), Decimal(8))
    assert 'value="9"' in ana.get(f"/kpis/calls/targets/{target.pk}/").content.decode()
    ana.post(f"/kpis/calls/targets/{target.pk}/", {"starts_on": "2026-02-01", "value": "10", "near": "8"})
    assert [(each.starts_on, each.value) for each in KpiTarget.objects.all()] == [(date(2026, 2, 1), 10)]


def test_a_target_is_removed_after_a_question(cast: Cast, make_kpi, ana: Client) -> None:  # type: ignore[no-untyped-def] # a factory
    make_kpi(Unit.COUNT, Direction.UP)
    target, _is_new = services.set_target(cast.ana, "calls", date(2026, 1, 1), Decimal(9), Decimal(8))
    path = f"/kpis/calls/targets/{target.pk}/deletion/"
    assert "Remove the target?" in ana.get(path).content.decode()
    assert KpiTarget.objects.exists()
    ana.post(path)
    assert not KpiTarget.objects.exists()
    assert ana.post(path).status_code == 404
