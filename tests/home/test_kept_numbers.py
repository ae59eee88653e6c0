"""The numbers that a process keeps for Home are read anew as soon as one of them can be another."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home.blocks import Reading, wanted
from kpis.models import Kpi, KpiDefinition, KpiTarget
from kpis.selectors import KpiCard, today
from kpis.services import MeasurementRow, ingest_measurements, recompute_all_dirty
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db


def read(cast: Cast) -> tuple[KpiCard, int]:
    """The card of orders as Home would show it now, and how many queries it took beside those of every Home."""
    reading = Reading(cast.ana, wanted({}, today(cast.organization)))
    assert reading.ground
    assert reading._goals is not None
    with CaptureQueriesContext(connection) as queries:
        card = next(card for card in reading.kpis.cards if card.key == "orders")
    return card, len(queries)


def new_fact(cast: Cast) -> None:
    row = MeasurementRow(source_key="late", occurred_at=timezone.now() - timedelta(days=3), value=Decimal(5))
    ingest_measurements(by=cast.ana, metric_key="orders.completed", rows=[row])


def new_cell(cast: Cast) -> None:
    new_fact(cast)
    recompute_all_dirty()


# Each changes the rows of one table only, so that no other table gives the change away.
def new_name(cast: Cast) -> None:
    Kpi.objects.filter(organization=cast.organization, key="orders").update(name_en="Sales")


def new_definition(cast: Cast) -> None:
    of_orders = KpiDefinition.objects.filter(organization=cast.organization, kpi__key="orders")
    assert of_orders.update(scale=Decimal(10)) == 1


def new_target(cast: Cast) -> None:
    of_orders = KpiTarget.objects.filter(organization=cast.organization, kpi__key="orders")
    assert of_orders.update(value=Decimal(2000), near=Decimal(1900)) == 1


CHANGES: dict[Callable[[Cast], None], tuple[str, object]] = {
    new_fact: ("pending", True),
    new_cell: ("value", Decimal(2805)),
    new_name: ("name", "Sales"),
    new_definition: ("value", Decimal(28_000)),
    new_target: ("target", Decimal(2000)),
}


@pytest.mark.parametrize(("change", "seen"), CHANGES.items())
def test_a_change_of_any_kind_is_seen_at_once(
    measured: Cast, change: Callable[[Cast], None], seen: tuple[str, object]
) -> None:
    field, value = seen
    (before, cold), (again, warm) = read(measured), read(measured)
    assert warm == 0 < cold
    assert getattr(before, field) == getattr(again, field) != value
    change(measured)
    after, anew = read(measured)
    assert (getattr(after, field), anew) == (value, cold)
    assert read(measured)[1] == 0


def test_the_tiles_of_the_page_are_made_anew_with_them(measured: Cast) -> None:
    client = sign_in(measured.ana)
    assert "≥ 20,000" in client.get("/?team=all").content.decode()
    new_target(measured)
    page = client.get("/?team=all").content.decode()
    assert "≥ 2,000" in page
    assert "≥ 20,000" not in page


def test_what_one_organization_keeps_no_other_one_is_shown(measured: Cast) -> None:
    read(measured)
    reading = Reading(measured.dan, wanted({}, today(measured.organization)))
    assert reading.kpis.cards == []
