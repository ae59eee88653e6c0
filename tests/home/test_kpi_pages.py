"""The pages of the KPIs."""

import csv
import json
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kpis.models import Kpi, KpiTarget
from people.models import Team
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db

ORDERS = "/kpis/orders/"


def test_the_list_shows_every_kpi_with_its_value(measured: Cast) -> None:
    page = sign_in(measured.vera).get("/kpis/").content.decode()
    assert page.count('href="/kpis/') >= 12
    assert "2,800" in page


def test_the_page_shows_the_value_of_28_days_and_each_week(measured: Cast) -> None:
    response = sign_in(measured.vera).get(ORDERS)
    assert response.context["header"].value == "2,800"
    measured_weeks = [row for row in response.context["rows"] if row.point.value is not None]
    assert {row.point.value for row in measured_weeks[1:-1]} == {700}
    assert sum(row.point.value for row in measured_weeks) == 6000
    assert f'href="{measured_weeks[0].rows_url.replace("&", "&amp;")}"' in response.content.decode()


def test_the_chart_is_drawn_from_the_same_numbers_as_the_table(measured: Cast) -> None:
    response = sign_in(measured.vera).get(f"{ORDERS}?grain=day")
    inside = response.content.decode().split('<script id="series-chart-points" type="application/json">')[1]
    drawn = json.loads(inside.split("</script>")[0])
    rows = response.context["rows"][::-1]
    lines = drawn["lines"]
    values = [
        settled if settled is not None else running
        for settled, running in zip(lines["value"], lines["running"], strict=True)
    ]
    told = [None if row.point.value is None else float(row.point.value) for row in rows]
    assert values[: len(rows)] == told
    assert any(told)
    assert [row.text in point["said"] for row, point in zip(rows, drawn["points"], strict=False)] == [
        True
    ] * len(rows)


def test_a_period_that_still_runs_is_not_held_against_its_target(measured: Cast) -> None:
    """Half a day's orders are no failure."""
    page = sign_in(measured.vera).get(f"{ORDERS}?grain=day").content.decode()
    running, over = (row.split("</td>")[-3] for row in page.split("<tbody>")[1].split("</tr>")[:2])
    assert 'class="pill"' not in running
    assert 'class="pill"' in over


def test_a_team_sees_its_part(measured: Cast) -> None:
    response = sign_in(measured.vera).get(f"{ORDERS}?grain=day&team={measured.support.pk}")
    assert {row.point.value for row in response.context["rows"][1:59]} == {60}


def test_htmx_gets_only_the_series(measured: Cast) -> None:
    part = sign_in(measured.vera).get(f"{ORDERS}?grain=month", headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div class="stack" id="series"')
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize(
    "question",
    [
        "grain=hour",
        "from=yesterday",
        "team=999999",
        "from=2026-02-01&to=2026-01-01",
        "from=0001-01-01&grain=day",
    ],
)
def test_a_question_that_cannot_be_is_refused_with_400(measured: Cast, question: str) -> None:
    assert sign_in(measured.vera).get(f"{ORDERS}?{question}").status_code == 400


def test_another_organizations_team_is_refused(measured: Cast) -> None:
    foreign = Team.objects.create(organization=measured.other, name_en="Theirs")
    assert sign_in(measured.vera).get(f"{ORDERS}?team={foreign.pk}").status_code == 400


@pytest.mark.parametrize("path", ["", "series.csv", "rows/", "targets/"])
def test_another_organizations_kpi_is_not_there(measured: Cast, path: str) -> None:
    assert sign_in(measured.dan).get(ORDERS + path).status_code == 404


def test_the_rows_behind_a_day_are_listed_page_by_page(measured: Cast) -> None:
    client = sign_in(measured.vera)
    first = client.get(f"{ORDERS}rows/")
    assert len(first.context["page"].rows) == 50
    seen = [row.source_key for row in first.context["page"].rows]
    following = first.context["next_url"]
    while following:
        page = client.get(following)
        seen += [row.source_key for row in page.context["page"].rows]
        following = page.context["next_url"]
    assert len(seen) == len(set(seen)) == 120


def test_a_broken_cursor_is_refused(measured: Cast) -> None:
    assert sign_in(measured.vera).get(f"{ORDERS}rows/?cursor=abc").status_code == 400


def test_the_csv_holds_the_series_of_the_page(measured: Cast) -> None:
    response = sign_in(measured.vera).get(f"{ORDERS}series.csv?grain=day")
    lines = list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[-2]["value"] == "100.000000"
    assert (
        lines[-2]["period_start"]
        < lines[-1]["period_start"]
        == timezone.localdate(timezone=measured.organization.zone).isoformat()
    )


def test_a_manager_sets_the_target_in_hours_and_it_is_stored_in_seconds(measured: Cast) -> None:
    form = {"starts_on": "2026-01-01", "value": "2", "near": "3.5"}
    response = sign_in(measured.ana).post("/kpis/first-response-time/targets/", form)
    assert response.status_code == 302
    target = KpiTarget.objects.get(kpi__organization=measured.organization, starts_on="2026-01-01")
    assert (target.value, target.near) == (7200, 12600)


@pytest.mark.parametrize("wrong", [{"near": "1"}, {"value": "much"}, {"starts_on": ""}])
def test_a_wrong_target_is_not_stored_and_what_was_typed_stays(measured: Cast, wrong: dict[str, str]) -> None:
    form = {"starts_on": "2026-01-01", "value": "2", "near": "3.5", **wrong}
    response = sign_in(measured.ana).post("/kpis/first-response-time/targets/", form)
    assert response.status_code == 422
    assert not KpiTarget.objects.filter(starts_on="2026-01-01").exists()
    assert 'value="3.5"' in response.content.decode() or "near" in wrong


def test_members_may_not_set_targets(measured: Cast) -> None:
    form = {"starts_on": "2026-01-01", "value": "2", "near": "3.5"}
    for member in (measured.ben, measured.vera):
        assert sign_in(member).get("/kpis/first-response-time/targets/").status_code == 403
        assert sign_in(member).post("/kpis/first-response-time/targets/", form).status_code == 403
    assert not KpiTarget.objects.filter(starts_on="2026-01-01").exists()


def test_the_number_of_queries_depends_neither_on_kpis_nor_on_points(
    measured: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(measured.vera)
    with django_assert_max_num_queries(10):
        client.get("/kpis/")
    with django_assert_max_num_queries(15) as short:
        client.get(f"{ORDERS}?grain=month")
    with django_assert_max_num_queries(15) as long:
        client.get(f"{ORDERS}?grain=day")
    assert len(short) == len(long)


def test_strangers_are_sent_to_sign_in(measured: Cast) -> None:
    for path in ("/kpis/", ORDERS, f"{ORDERS}rows/", f"{ORDERS}series.csv", f"{ORDERS}targets/"):
        assert Client().get(path).status_code == 302
    assert Kpi.objects.filter(organization=measured.organization).exists()
