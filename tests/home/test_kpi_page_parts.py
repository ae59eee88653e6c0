"""What the page of a KPI holds around its values: notes, parts, restatements, proof, other days and definitions."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.utils import timezone

from kpis import services
from kpis.choices import Aggregate, Grain
from kpis.models import DayCell, Forecast, Kpi, KpiDefinition, KpiNote, Metric, Publication
from kpis.selectors import today
from kpis.services import Definition, MeasurementRow
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db

ORDERS = "/kpis/orders/"


def push(measured: Cast, **fields: object) -> None:
    """One order more, as said."""
    row = {
        "source_key": "more",
        "occurred_at": timezone.now() - timedelta(days=5),
        "value": Decimal(10),
        **fields,
    }
    services.ingest_measurements(measured.ana, "orders.completed", [MeasurementRow(**row)])  # type: ignore[arg-type] # as said
    services.recompute_all_dirty()


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
def test_every_grain_is_shown(measured: Cast, grain: str) -> None:
    response = sign_in(measured.vera).get(f"{ORDERS}?grain={grain}")
    assert sum(row.point.value or 0 for row in response.context["rows"]) == 6000
    lines = response.context["chart"]["lines"]
    # The running period is dashed, and nothing else but the way to it.
    assert lines["running"][-1] is not None
    assert lines.get("value", [None])[-1] is None
    assert sum(value is not None for value in lines["running"]) <= 2


def test_hours_are_offered_only_where_they_are_kept(measured: Cast) -> None:
    client = sign_in(measured.vera)
    assert Grain.HOUR not in [grain for grain, _url, _chosen in client.get(ORDERS).context["grains"]]
    Metric.objects.filter(organization=measured.organization, key="orders.completed").update(keeps_hours=True)
    services.recompute_all_dirty()
    response = client.get(f"{ORDERS}?grain=hour")
    assert Grain.HOUR in [grain for grain, _url, _chosen in response.context["grains"]]
    assert sum(row.point.value or 0 for row in response.context["rows"]) == 300


def test_days_are_compared_with_the_same_weekday(measured: Cast) -> None:
    push(measured)
    response = sign_in(measured.vera).get(f"{ORDERS}?grain=day&compare=weekday")
    changed = [row for row in response.context["rows"][1:20] if row.change and row.change.text == "+10"]
    assert [row.change.tone for row in changed] == ["good"]


def test_teams_are_ranked_with_their_rows_and_lines(measured: Cast) -> None:
    response = sign_in(measured.vera).get(f"{ORDERS}?view=team")
    bars = response.context["bars"]
    assert [(bar.name, bar.part.value, bar.length) for bar in bars] == [
        ("Support", 3600, 100),
        ("Field service", 2400, 67),
    ]
    assert f"team={measured.support.pk}" in bars[0].rows_url
    assert sum(value or 0 for value in bars[0].line) == 3600


def test_teams_have_small_charts_on_one_axis_with_a_table_of_the_same_values(measured: Cast) -> None:
    response = sign_in(measured.vera).get(f"{ORDERS}?view=team&grain=day")
    small = response.context["multiples"]
    assert [each.name for each in small] == ["Support", "Field service"]
    assert small[0].chart["axis"] == small[1].chart["axis"]
    assert small[0].chart["axis"]["min"] == 0
    assert small[0].chart["lines"]["value"][-2:] == [60.0, None]
    assert small[0].chart["lines"]["running"][-2:] == [60.0, 60.0]
    day, text = small[0].chart["points"][-2]["said"]
    assert f"team={measured.support.pk}" in small[0].page_url
    period, texts = response.context["periods"][1]
    assert (period, text, list(texts)) == (day, "60", ["60", "40"])
    assert response.content.decode().count("data-series=") == 3


def test_labels_in_a_file_start_no_formula(measured: Cast) -> None:
    push(measured, label="=1+2")
    response = sign_in(measured.vera).get(f"{ORDERS}breakdown.csv?by=label")
    lines = list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))
    assert {line["label"]: line["value"] for line in lines} == {"": "6000.000000", "'=1+2": "10.000000"}


def test_the_check_says_that_all_cells_equal_their_facts(measured: Cast) -> None:
    page = sign_in(measured.vera).get(f"{ORDERS}?view=proof").content.decode()
    assert "All 120 cells of these days equal their facts" in page


def test_the_check_names_a_wrong_cell(measured: Cast) -> None:
    wrong = DayCell.objects.filter(metric__key="orders.completed").order_by("day").last()
    assert wrong is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpis_daycell SET total = total + 1 WHERE metric_id = %s AND day = %s AND team_id = %s",
            [wrong.metric_id, wrong.day, wrong.team_id],
        )
    response = sign_in(measured.vera).get(f"{ORDERS}?view=proof")
    assert [cell.day for cell in response.context["proof"].wrong] == [wrong.day]
    assert "1 cell is not what its facts say" in response.content.decode()


def test_a_published_day_that_changed_is_listed_and_can_be_read_as_it_was(measured: Cast) -> None:
    services.publish_days()
    Publication.objects.update(published_at=timezone.now() - timedelta(days=3))
    KpiDefinition.objects.update(created_at=timezone.now() - timedelta(days=90))
    push(measured)
    client = sign_in(measured.vera)
    restated = client.get(f"{ORDERS}?view=restatements").context["restatements"].rows
    assert [(row.n, row.new_n, row.new_total - row.total) for row in restated] == [(0, 1, 10)]
    yesterday = today(measured.organization) - timedelta(days=1)
    response = client.get(f"{ORDERS}?grain=day&as_of={yesterday}")
    assert "As it was published on" in response.content.decode()
    then = {row.point.value for row in response.context["rows"]}
    now = {row.point.value for row in client.get(f"{ORDERS}?grain=day").context["rows"]}
    assert (then, now) == ({None, 100}, {None, 100, 110})


def test_a_version_of_the_definition_is_shown_for_all_periods(measured: Cast) -> None:
    definition = Definition(Aggregate.COUNT, "orders.completed", applies_from=today(measured.organization))
    services.change_definition(measured.ana, "orders", definition, None)
    client = sign_in(measured.vera)
    every = client.get(f"{ORDERS}?definition=2")
    assert sum(row.point.value or 0 for row in every.context["rows"]) == 120
    assert "Everything is computed by version 2" in every.content.decode()
    assert [mark.kind for mark in client.get(ORDERS).context["marks"]] == ["Definition"]


def test_a_forecast_is_drawn_only_beside_the_plain_series(measured: Cast) -> None:
    ahead = today(measured.organization) + timedelta(days=7)
    kpi = Kpi.objects.get(organization=measured.organization, key="orders")
    numbers = {"points": [700.0], "lows": [600.0], "highs": [800.0], "seen_version": 1, "beats_naive": True}
    numbers |= {"inner_lows": [650.0], "inner_highs": [750.0]}
    Forecast.objects.create(
        kpi=kpi, grain=Grain.WEEK, made_on=ahead, starts_on=[ahead], method="Theta", **numbers
    )
    client = sign_in(measured.vera)
    page = client.get(ORDERS)
    chart = page.context["chart"]
    fan = [
        chart["lines"][name][-1] for name in ("fan_low", "inner_low", "forecast", "inner_high", "fan_high")
    ]
    assert fan == [600, 650, 700, 750, 800]
    assert chart["points"][-1]["said"][1:] == ["700", "Forecast (80%): 600–800", "50%: 650–750"]
    assert "by Theta: the value will lie" in page.content.decode()
    assert "forecast" not in client.get(f"{ORDERS}?team={measured.support.pk}").context["chart"]["lines"]
    Forecast.objects.update(beats_naive=False)
    assert "forecast" not in client.get(ORDERS).context["chart"]["lines"]


def test_a_member_leaves_a_note_and_takes_it_back(measured: Cast) -> None:
    ben = sign_in(measured.ben)
    day = today(measured.organization) - timedelta(days=3)
    assert ben.post(f"{ORDERS}notes/", {"day": day.isoformat(), "text": "A sale began"}).status_code == 302
    response = ben.get(ORDERS)
    assert [(mark.number, mark.text, mark.by) for mark in response.context["marks"]] == [
        (1, "A sale began", "Ben")
    ]
    assert response.context["chart"]["marks"][0]["number"] == "1"
    note = KpiNote.objects.get()
    assert sign_in(measured.cleo).post(f"{ORDERS}notes/{note.pk}/deletion/").status_code == 403
    assert ben.post(f"{ORDERS}notes/{note.pk}/deletion/").status_code == 302
    assert not KpiNote.objects.exists()


def test_a_wrong_note_comes_back_in_the_page_and_viewers_leave_none(measured: Cast) -> None:
    response = sign_in(measured.ben).post(f"{ORDERS}notes/", {"day": "2026-01-01", "text": ""})
    assert response.status_code == 422
    assert response.context["note_form"].errors["text"]
    vera = sign_in(measured.vera)
    assert vera.post(f"{ORDERS}notes/", {"day": "2026-01-01", "text": "x"}).status_code == 403
    assert not KpiNote.objects.exists()


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("q=completed+orders", {"orders"}),
        ("q=订单", {"orders"}),
        ("q=nothing+like+this", set()),
        ("status=on_target&q=orders", set()),
    ],
)
def test_the_list_is_narrowed_by_the_address(measured: Cast, query: str, keys: set[str]) -> None:
    response = sign_in(measured.vera).get(f"/kpis/?{query}")
    found = {each.card.key for each in response.context["listed"]}
    assert found & {"orders", "csat"} == keys


def test_the_list_is_narrowed_by_owner(measured: Cast) -> None:
    services.edit_kpi(measured.ana, "orders", None, owner=measured.ben)
    response = sign_in(measured.vera).get(f"/kpis/?owner={measured.ben.pk}")
    assert [each.card.key for each in response.context["listed"]] == ["orders"]
