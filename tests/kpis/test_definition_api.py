"""The REST doors to definitions, targets and the numbers beside the series."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kpis import selectors, services
from kpis.models import Kpi, KpiDefinition, KpiTarget, Metric
from people.choices import Scope
from tests.conftest import Cast, bearer
from tests.kpis.conftest import row, run

NEW = {
    "key": "rate",
    "name_en": "Rate",
    "unit": "percent",
    "direction": "up",
    "aggregate": "ratio",
    "metric": "calls",
    "denominator": "visits",
}
Ask = Callable[..., Any]


@pytest.fixture
def ask(cast: Cast, metric: Metric, make_metric: Callable[..., Metric]) -> Ask:
    """A request as ana, below /api/v1/kpis/."""
    make_metric("visits")
    headers = bearer(cast.ana)

    def ask(method: str, path: str, body: Any = None, **more: str) -> Any:
        text = json.dumps(body) if body is not None else ""
        return Client().generic(
            method, f"/api/v1/kpis/{path}", text, content_type="application/json", headers={**headers, **more}
        )

    return ask


def pointers(response: Any) -> list[str]:
    return [error["pointer"] for error in response.json()["errors"]]


def test_a_kpi_is_created_with_the_factor_that_suits_its_unit(ask: Ask) -> None:
    response = ask("POST", "", NEW, **{"Idempotency-Key": "one"})
    assert (response.status_code, response["Location"], response["ETag"]) == (
        201,
        "/api/v1/kpis/rate/",
        '"v1"',
    )
    definition = response.json()["definition"]
    assert (definition["scale"], definition["aggregate"], definition["denominator"]) == (
        100,
        "ratio",
        "visits",
    )
    assert ask("POST", "", NEW, **{"Idempotency-Key": "one"}).json() == response.json()
    assert ask("POST", "", NEW | {"key": "plain", "scale": 1}).json()["definition"]["scale"] == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"key": "with space"}, "/key"),
        ({"unit": "miles"}, "/unit"),
        ({"aggregate": "median"}, "/aggregate"),
        ({"metric": "nothing"}, "/metric"),
        ({"name_en": ""}, "/name_en"),
        ({"owner_id": 10**9}, "/owner_id"),
        ({"minimum_n": 0}, "/minimum_n"),
        ({"scale": 0}, "/scale"),
        ({"scale": "NaN"}, "/scale"),
        ({"least_score": 4}, "/least_score"),
        ({"colour": "red"}, "/colour"),
        ({"label": "x" * 101}, "/label"),
        ({"matures_after_days": 1000}, "/matures_after_days"),
    ],
)
def test_a_bad_kpi_is_refused_with_a_pointer(ask: Ask, change: dict[str, Any], pointer: str) -> None:
    response = ask("POST", "", NEW | change)
    assert response.status_code == 400
    assert pointers(response) == [pointer]
    assert not Kpi.objects.exists()


def test_a_bad_formula_is_refused_with_its_column(ask: Ask) -> None:
    ask("POST", "", NEW)
    double = {
        "key": "double",
        "name_en": "Double",
        "unit": "percent",
        "direction": "up",
        "aggregate": "formula",
    }
    response = ask("POST", "", double | {"formula": "[rate] * 2 + [rat]"})
    assert pointers(response) == ["/formula"]
    detail = response.json()["errors"][0]["detail"]
    assert "Column 14" in detail
    assert "[rate]" in detail
    assert ask("POST", "", double | {"formula": "[rate] × 2"}).json()["definition"]["formula"] == "[rate] * 2"


def test_a_kpi_is_changed_from_the_version_that_was_read(ask: Ask, cast: Cast) -> None:
    ask("POST", "", NEW)
    assert ask("PATCH", "rate/", {"minimum_n": 5}).status_code == 428
    changed = ask("PATCH", "rate/", {"minimum_n": 5, "owner_id": cast.ben.pk}, **{"If-Match": '"v1"'})
    assert (changed.status_code, changed["ETag"], changed.json()["owner_id"]) == (200, '"v2"', cast.ben.pk)
    assert ask("PATCH", "rate/", {"minimum_n": 9}, **{"If-Match": '"v1"'}).status_code == 412
    assert pointers(ask("PATCH", "rate/", {"key": "other"}, **{"If-Match": "*"})) == ["/key"]
    assert Kpi.objects.get().minimum_n == 5


def test_a_kpi_is_archived_and_taken_into_use_again(ask: Ask) -> None:
    ask("POST", "", NEW)
    assert ask("POST", "rate/archival/").json()["archived_at"]
    assert ask("GET", "").json() == []
    assert ask("DELETE", "rate/archival/", **{"If-Match": '"v1"'}).status_code == 412
    assert ask("DELETE", "rate/archival/", **{"If-Match": '"v2"'})["ETag"] == '"v3"'
    assert [each["key"] for each in ask("GET", "").json()] == ["rate"]


def test_definitions_are_added_and_listed_newest_first(ask: Ask) -> None:
    ask("POST", "", NEW)
    added = ask(
        "POST", "rate/definitions/", {"aggregate": "sum", "metric": "calls", "applies_from": "2026-05-01"}
    )
    assert (added.status_code, added.json()["version"], added.json()["scale"]) == (201, 2, 1)
    assert [each["version"] for each in ask("GET", "rate/definitions/").json()] == [2, 1]
    refused = ask("POST", "rate/definitions/", {"aggregate": "sum", "metric": "nothing"})
    assert pointers(refused) == ["/metric"]
    assert KpiDefinition.objects.count() == 2


def test_targets_are_set_listed_and_removed(ask: Ask) -> None:
    ask("POST", "", NEW)
    line = {"starts_on": "2026-01-01", "value": 90, "near": 80, "shape": "line", "period": "month"}
    made = ask("POST", "rate/targets/", line).json()
    assert (made["value"], made["shape"], made["period"]) == (90, "line", "month")
    assert pointers(ask("POST", "rate/targets/", line | {"near": 95})) == ["/near"]
    assert pointers(ask("POST", "rate/targets/", line | {"value": "1e30"})) == ["/value"]
    assert [each["id"] for each in ask("GET", "rate/targets/").json()] == [made["id"]]
    assert ask("DELETE", f"rate/targets/{made['id']}/", **{"If-Match": "*"}).status_code == 204
    assert ask("DELETE", f"rate/targets/{made['id']}/", **{"If-Match": "*"}).status_code == 404
    assert not KpiTarget.objects.exists()


@pytest.fixture
def measured(cast: Cast, ask: Ask) -> str:
    """The KPI with facts of four days, published."""
    today = selectors.today(cast.organization)
    for key, value in (("calls", 3), ("visits", 4)):
        rows = [
            row(f"d{back}", f"{today - timedelta(days=back)}T00:00:01", value, team_id=cast.support.pk)
            for back in range(4)
        ]
        services.ingest_measurements(cast.ana, key, rows)
    services.recompute_all_dirty()
    ask("POST", "", NEW)
    services.publish_days()
    return "rate/"


def test_a_breakdown_a_proof_and_restatements_are_read(ask: Ask, cast: Cast, measured: str) -> None:
    parts = ask("GET", f"{measured}breakdown/?by=team").json()
    assert (parts["whole"]["value"], parts["by"]) == (75, "team")
    assert [(part["name"], part["value"], part["n"]) for part in parts["parts"]] == [("Support", 75, 4)]
    proof = ask("GET", f"{measured}verify/").json()
    assert (proof["is_right"], proof["checked"], proof["wrong"]) == (True, 8, [])
    assert proof["stored"] == proof["of_facts"]
    assert ask("GET", f"{measured}restatements/").json() == {"results": [], "has_more": False}
    day = selectors.today(cast.organization) - timedelta(days=3)
    services.ingest_measurements(
        cast.ana, "calls", [row("d3", f"{day}T00:00:01", 4, team_id=cast.support.pk)]
    )
    services.recompute_all_dirty()
    (restated,) = ask("GET", f"{measured}restatements/").json()["results"]
    assert (restated["day"], restated["total"], restated["new_total"], restated["reasons"]) == (
        str(day),
        3,
        4,
        ["changed"],
    )
    run("UPDATE kpis_daycell SET n = 7 WHERE day = %s AND n > 0", [day])
    assert len(ask("GET", f"{measured}verify/?from={day}&to={day}").json()["wrong"]) == 2


def test_a_series_is_narrowed_compared_and_read_as_it_was(ask: Ask, cast: Cast, measured: str) -> None:
    now = (timezone.now() + timedelta(hours=8)).isoformat()[:-6]
    series = ask("GET", f"{measured}series/?as_of={now}+08:00&from=2020-01-01&grain=month")
    assert series.status_code == 200
    assert {point["value"] for point in series.json()["points"][:-3]} == {None}
    path = f"{measured}series/?team={cast.support.pk}&compare=previous&consistency=strict&definition=1"
    first, *others = ask("GET", path).json()["points"][-4:]
    assert (first["value"], first["compared_value"], first["numerator"]) == (75, None, 3)
    assert [point["compared_value"] for point in others] == [75, 75, 75]
    etag = ask("GET", path)["ETag"]
    assert ask("GET", path, **{"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "breakdown/?by=colour",
        "breakdown/?team=123456789",
        "breakdown/?from=2026-05-02&to=2026-05-01",
        "restatements/?member=1",
        "restatements/?from=yesterday",
        "verify/?team=1",
        "verify/?from=2020-01-01&to=2026-01-01",
    ],
)
def test_a_bad_question_is_a_400_with_a_pointer(ask: Ask, measured: str, path: str) -> None:
    response = ask("GET", measured + path)
    assert response.status_code == 400
    assert pointers(response)[0]


def test_a_token_that_only_reads_defines_nothing(cast: Cast, ask: Ask) -> None:
    headers = bearer(cast.ana, *[each for each in Scope if each != Scope.KPIS_WRITE])
    response = Client().post(
        "/api/v1/kpis/", json.dumps(NEW), content_type="application/json", headers=headers
    )
    assert response.status_code == 403
    assert not Kpi.objects.exists()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("rate/definitions/", {"aggregate": "sum", "metric": "visits"}),
        ("rate/targets/", {"starts_on": "2026-01-01", "value": "90", "near": "80"}),
        ("rate/archival/", None),
    ],
)
def test_what_was_decided_from_an_older_state_of_the_kpi_is_refused(ask: Ask, path: str, body: Any) -> None:
    read = ask("POST", "", NEW)["ETag"]
    assert ask("PATCH", "rate/", {"name_en": "Share"}, **{"If-Match": read}).status_code == 200
    late = ask("POST", path, body, **{"If-Match": read})
    assert (late.status_code, late.json()["code"]) == (412, "stale_version")
    assert (KpiDefinition.objects.count(), KpiTarget.objects.count()) == (1, 0)
    assert Kpi.objects.get().archived_at is None
    for told in ({"If-Match": ask("GET", "rate/")["ETag"]}, {"If-Match": "*"}, {}):
        assert ask("POST", path, body, **told).status_code in {200, 201}
