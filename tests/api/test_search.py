"""One search for programs: every kind a token may read, typed, best first, in a constant number of queries."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback import services as feedback
from goals import services as goals
from people.choices import Scope
from tasks import services as tasks
from tests.api.conftest import ApiClient
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
PERIOD: dict[str, Any] = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


def refunds(cast: Cast, times: int = 1) -> None:
    """So many rows of three kinds that hold the word."""
    for _time in range(times):
        tasks.create_task(by=cast.ana, title="Refund 退款")
        feedback.create_item(by=cast.ana, subject="Where is my refund?")
        goals.create_goal(by=cast.ana, name_en="Refunds in a day", **PERIOD)


def found(api: ApiClient, query: str) -> list[tuple[str, str]]:
    answer = api.send("GET", f"/api/v1/search/?{query}")
    assert answer.status_code == 200, answer.content
    return [(row["kind"], row["title"]) for row in answer.json()["results"]]


def test_every_kind_is_found_with_the_address_of_its_page_and_of_its_resource(cast: Cast) -> None:
    refunds(cast)
    api = ApiClient(cast.ana, *Scope)
    body = api.send("GET", "/api/v1/search/?q=refund").json()
    assert [row["kind"] for row in body["results"]] == ["tasks", "goals", "feedback"]
    for row in body["results"]:
        there = api.send("GET", row["api_url"]).json()
        assert (there["id"], row["url"]) == (row["id"], f"/{row['kind']}/{row['id']}/")
    support = api.send("GET", "/api/v1/search/?q=support&kinds=teams").json()["results"][0]
    assert support["api_url"] == f"/api/v1/teams/{cast.support.pk}/"


def test_a_token_finds_only_what_its_scopes_read_and_may_not_name_another_kind(cast: Cast) -> None:
    refunds(cast)
    api = ApiClient(cast.ana, Scope.GOALS_READ)
    assert found(api, "q=refund") == [("goals", "Refunds in a day")]
    refused = api.send("GET", "/api/v1/search/?q=refund&kinds=goals,tasks")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert found(ApiClient(cast.dan, *Scope), "q=refund") == []


def test_wrong_parameters_are_named(cast: Cast) -> None:
    api = ApiClient(cast.ana, *Scope)
    for query, name in (
        (f"q={'a' * 201}", "q"),
        ("q=a&limit=51", "limit"),
        ("q=a&kinds=x", "kinds"),
        ("q=a&b=1", "b"),
    ):
        refused = api.send("GET", f"/api/v1/search/?{query}")
        assert refused.status_code == 400
        assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{name}"]


def test_a_search_costs_the_same_queries_with_one_row_and_with_three_and_is_a_304_unchanged(
    cast: Cast,
) -> None:
    refunds(cast)
    api = ApiClient(cast.ana, *Scope)
    etag = api.send("GET", "/api/v1/search/?q=refund&limit=2")["ETag"]
    unchanged = api.send("GET", "/api/v1/search/?q=refund&limit=2", If_None_Match=etag)
    assert unchanged.status_code == 304
    counts = []
    for times in (0, 3):
        refunds(cast, times)
        with CaptureQueriesContext(connection) as queries:
            answer = api.send("GET", "/api/v1/search/?q=refund&limit=2").json()
        counts.append(len(queries))
    assert answer["more"] == ["tasks", "goals", "feedback"]
    assert counts[0] == counts[1] <= 12
