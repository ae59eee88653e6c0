"""The REST doors of kpis: pull a series, push measurements."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kpis import services
from kpis.models import Measurement, Metric
from people.choices import Scope
from tests.conftest import Cast, bearer
from tests.kpis.conftest import row

PUSH = "/api/v1/metrics/calls/measurements"
GOOD = {"source_key": "k1", "occurred_at": "2026-05-01T10:00:00+08:00", "value": 3}


@pytest.fixture
def post(cast: Cast, metric: Metric) -> Callable[..., Any]:
    """POST as ben, who is a member."""
    headers = bearer(cast.ben)

    def send(body: Any, path: str = PUSH, **more: str) -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return Client().post(path, text, content_type="application/json", headers={**headers, **more})

    return send


def get(headers: dict[str, str], path: str, **more: str) -> Any:
    return Client().get(path, headers={**headers, **more})


def test_measurements_are_pushed_once_and_answered_with_counts(post: Callable[..., Any]) -> None:
    response = post({"measurements": [GOOD, GOOD | {"source_key": "k2", "value": 1.25, "label": "x"}]})
    assert (response.status_code, response.json()) == (
        200,
        {"stored": 2, "replaced": 0, "unchanged": 0, "retracted": 0},
    )
    again = post({"measurements": [GOOD | {"value": 4}, GOOD | {"source_key": "k2", "value": None}]})
    assert again.json() == {"stored": 0, "replaced": 1, "unchanged": 0, "retracted": 1}
    assert [(m.source_key, m.value) for m in Measurement.objects.all()] == [("k1", 4)]


def test_an_idempotency_key_gets_the_first_answer_again(post: Callable[..., Any]) -> None:
    first = post({"measurements": [GOOD]}, **{"Idempotency-Key": "one"})
    again = post({"measurements": [GOOD]}, **{"Idempotency-Key": "one"})
    assert first.json() == again.json() == {"stored": 1, "replaced": 0, "unchanged": 0, "retracted": 0}
    assert post({"measurements": [GOOD | {"value": 9}]}, **{"Idempotency-Key": "one"}).status_code == 422


FUTURE = (datetime.now(UTC) + timedelta(days=2)).isoformat()
BAD_ROWS = {
    "no key": ({"source_key": ""}, "source_key"),
    "a long key": ({"source_key": "k" * 201}, "source_key"),
    "a key of opsteam's rows": ({"source_key": "task:1"}, "source_key"),
    "a key that is no text": ({"source_key": 5}, "source_key"),
    "a naive time": ({"occurred_at": "2026-05-01T10:00:00"}, "occurred_at"),
    "a day": ({"occurred_at": "2026-05-01"}, "occurred_at"),
    "the future": ({"occurred_at": FUTURE}, "occurred_at"),
    "the year 1": ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
    "the year 9999": ({"occurred_at": "9999-12-31T23:59:59-12:00"}, "occurred_at"),
    "a huge number": ({"value": 10**15}, "value"),
    "a huge fraction": ({"value": 1e99}, "value"),
    "text for a number": ({"value": "many"}, "value"),
    "NaN in a text": ({"value": "NaN"}, "value"),
    "Infinity in a text": ({"value": "-Infinity"}, "value"),
    "true for a number": ({"value": True}, "value"),
    "an unknown team": ({"team_id": 10**9}, "team_id"),
    "a team id out of range": ({"team_id": 2**70}, "team_id"),
    "a negative member": ({"member_id": -1}, "member_id"),
    "a fraction as member": ({"member_id": 1.5}, "member_id"),
    "a long label": ({"label": "x" * 101}, "label"),
    "null as label": ({"label": None}, "label"),
    "an unknown field": ({"colour": "red"}, "colour"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_named_by_its_pointer_and_nothing_is_stored(post: Callable[..., Any], name: str) -> None:
    change, field = BAD_ROWS[name]
    response = post({"measurements": [GOOD, {**GOOD, "source_key": "k2", **change}]})
    assert response.status_code == 400, response.content
    assert response["Content-Type"].startswith("application/problem+json")
    assert [error["pointer"] for error in response.json()["errors"]] == [f"/measurements/1/{field}"]
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"measurements": null}',
        '{"measurements": []}',
        '{"measurements": {}}',
        '{"measurements": [1, null, "x", []]}',
        '{"measurements": [{}]}',
        '{"measurements": [{"source_key": "a\\u0000", "occurred_at": "2026-05-01T10:00:00Z", "value": 1}]}',
        '{"measurements": [{"source_key": "\\ud800", "occurred_at": "2026-05-01T10:00:00Z", "value": 1}]}',
        '{"measurements": [{"source_key": "a", "occurred_at": "2026-05-01T10:00:00Z", "value": NaN}]}',
        '{"measurements": [{"source_key": "a", "source_key": "b"}]}',
        '{"measurements": [], "more": 1}',
        b"\xff\xfe",
        "[" * 3000,
    ],
)
def test_no_body_is_answered_with_an_error_of_ours(post: Callable[..., Any], body: str | bytes) -> None:
    response = post(body)
    assert response.status_code == 400
    assert response["Content-Type"].startswith("application/problem+json")


def test_a_key_twice_in_a_batch_is_refused(post: Callable[..., Any]) -> None:
    response = post({"measurements": [GOOD, GOOD | {"value": 4}]})
    assert response.json()["errors"][0]["pointer"] == "/measurements/1/source_key"


def test_at_most_a_hundred_bad_rows_are_named_and_at_most_10000_taken(post: Callable[..., Any]) -> None:
    response = post({"measurements": [GOOD | {"source_key": ""}] * 150})
    assert len(response.json()["errors"]) == 100
    response = post({"measurements": [GOOD] * 10_001})
    assert response.json()["errors"][0]["pointer"] == "/measurements"


def test_teams_and_members_of_others_are_unknown(post: Callable[..., Any], cast: Cast) -> None:
    assert (
        post({"measurements": [GOOD | {"team_id": cast.support.pk, "member_id": cast.ben.pk}]}).status_code
        == 200
    )
    response = post({"measurements": [GOOD | {"member_id": cast.dan.pk}]})
    assert response.json()["errors"][0]["pointer"] == "/measurements/0/member_id"


@pytest.mark.parametrize(
    ("who", "scopes", "path", "status"),
    [
        ("vera", (), PUSH, 403),
        ("ben", (Scope.KPIS_READ,), PUSH, 403),
        ("dan", (), PUSH, 404),
        ("ben", (), "/api/v1/metrics/nothing/measurements", 404),
        ("ben", (), "/api/v1/metrics/%F0%9F%98%80/measurements", 404),
    ],
)
def test_who_may_not_push_is_told_so_and_nothing_is_stored(
    cast: Cast, metric: Metric, *, who: str, scopes: tuple[Scope, ...], path: str, status: int
) -> None:
    headers = bearer(getattr(cast, who), *scopes)
    response = Client().post(
        path, json.dumps({"measurements": [GOOD]}), content_type="application/json", headers=headers
    )
    assert response.status_code == status
    assert response.json()["status"] == status
    assert not Measurement.objects.exists()
    assert Client().post(path, "{}", content_type="application/json").status_code == 401


def test_managers_create_metrics_and_others_do_not(cast: Cast) -> None:
    body = json.dumps({"key": "calls", "unit": "count", "name_en": "Calls"})

    def create(headers: dict[str, str]) -> int:
        return (
            Client()
            .post("/api/v1/metrics/", body, content_type="application/json", headers=headers)
            .status_code
        )

    assert [create(bearer(each)) for each in (cast.ben, cast.ana, cast.ana)] == [403, 201, 400]
    assert [each["key"] for each in get(bearer(cast.vera), "/api/v1/metrics/").json()] == ["calls"]
    assert get(bearer(cast.dan), "/api/v1/metrics/").json() == []


@pytest.fixture
def kpi(cast: Cast) -> str:
    """The shipped KPI `orders` with a few orders."""
    services.install_library(cast.organization.pk)
    rows = [row(f"o{day}", f"2026-05-{day:02}T10:00", day * 10) for day in range(1, 6)]
    services.ingest_measurements(cast.ana, "orders.completed", rows)
    services.recompute_all_dirty()
    return "/api/v1/kpis/orders/series"


def test_a_series_has_values_their_parts_and_finality(cast: Cast, kpi: str) -> None:
    answer = get(bearer(cast.vera), f"{kpi}?grain=week&from=2026-04-27&to=2026-05-04").json()
    assert (answer["key"], answer["grain"], answer["pending"]) == ("orders", "week", False)
    first, second = answer["points"]
    assert first["version"] >= second["version"] > 0
    assert {**first, "version": 1} == {
        "starts_on": "2026-04-27",
        "ends_on": "2026-05-03",
        "starts_at": None,
        "value": 60.0,
        "low": None,
        "high": None,
        "compared_value": None,
        "definition_version": 1,
        "n": 3,
        "numerator": 60.0,
        "denominator": None,
        "finality": "final",
        "version": 1,
        "target": 5000.0,
        "target_near": 4250.0,
        "target_upper": None,
        "target_near_upper": None,
        "status": "off_target",
    }


def test_an_unchanged_series_is_a_304_that_reads_neither_facts_nor_values(cast: Cast, kpi: str) -> None:
    headers = bearer(cast.vera)
    path = f"{kpi}?from=2026-05-01&to=2026-05-09"
    etag = get(headers, path)["ETag"]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = get(headers, path, **{"If-None-Match": etag})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    statements = " ".join(query["sql"] for query in queries)
    assert "kpis_measurement" not in statements
    assert "c.total" not in statements
    services.ingest_measurements(cast.ana, "orders.completed", [row("o2", "2026-05-02T10:00", 21)])
    services.recompute_all_dirty()
    changed = get(headers, path, **{"If-None-Match": etag})
    assert (changed.status_code, changed.json()["points"][1]["value"]) == (200, 21.0)


@pytest.mark.parametrize(
    "query",
    [
        "grain=second",
        "grain=day&grain=week",
        "from=yesterday",
        "from=05/01/2026",
        "to=2026-02-30",
        "from=2026-05-02&to=2026-05-01",
        "from=0001-01-01",
        "from=1900-01-01&to=2026-01-01",
        "to=9999-12-31",
        "team=abc",
        "team=99999999999999999999",
        "team=123456789",
        "member=123456789",
        "grain=hour",
        "grain=week&compare=weekday",
        "compare=nothing",
        "as_of=yesterday",
        "as_of=2026-05-01T10:00:00",
        "as_of=2190-05-01T10:00:00Z",
        "as_of=2020-05-01T10:00:00Z",
        "definition=2",
        "definition=0",
        "consistency=loose",
        "unknown=1",
    ],
)
def test_a_bad_parameter_is_a_400_with_a_pointer(cast: Cast, kpi: str, query: str) -> None:
    response = get(bearer(cast.vera), f"{kpi}?{query}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"]


def test_another_organization_sees_nothing(cast: Cast, kpi: str) -> None:
    headers = bearer(cast.dan)
    assert [get(headers, path).status_code for path in (kpi, "/api/v1/kpis/orders/")] == [404, 404]
    assert get(headers, "/api/v1/kpis/").json() == []


def test_the_list_and_the_detail_say_the_same(cast: Cast, kpi: str) -> None:
    headers = bearer(cast.vera)
    listed = next(each for each in get(headers, "/api/v1/kpis/").json() if each["key"] == "orders")
    detail = get(headers, "/api/v1/kpis/orders").json()
    definition = detail.pop("definition")
    own = {name: detail.pop(name) for name in ("version", "description", "owner_id", "archived_at")}
    assert own == {"version": 1, "description": "", "owner_id": None, "archived_at": None}
    assert {**listed, "fresh_through": 0} == {**detail, "fresh_through": 0}
    assert (definition["metric"], definition["aggregate"], definition["denominator"]) == (
        "orders.completed",
        "sum",
        None,
    )
    (target,) = definition["targets"]
    assert (target["starts_on"], target["value"], target["near"], target["shape"], target["period"]) == (
        "2000-01-01",
        20000.0,
        17000.0,
        "step",
        "four_weeks",
    )
