"""The REST doors to goals."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goals.models import Goal
from people.choices import Scope
from tests.conftest import Cast, bearer
from tests.goals.conftest import by_hand, set_goal

LIST = "/api/v1/goals/"


def test_a_goal_is_read_with_its_progress(cast: Cast, client: Client) -> None:
    goal = set_goal(cast, by_hand(manual_value=2))
    answer = client.get(reverse("goals-api:detail", args=[goal.pk]), headers=bearer(cast.vera)).json()
    assert (answer["name"], answer["progress"], answer["elapsed"], answer["pace"]) == (
        "Answer faster",
        0.2,
        0.5,
        "at_risk",
    )
    assert answer["owner"] == {"id": cast.ben.pk, "name": "Ben"}
    (part,) = answer["key_results"]
    assert (part["name"], part["current"], part["target"], part["kpi"]) == ("Answers", 2, 10, None)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_a_fixed_number_of_queries(cast: Cast, client: Client, count: int) -> None:
    for _number in range(count):
        set_goal(cast, by_hand(), by_hand(source="tasks"))
    headers = bearer(cast.ben)
    client.get(LIST, headers=headers)
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get(LIST, headers=headers).json()["results"]) == count
    assert len(queries) <= 6


def test_filters_narrow_and_wrong_ones_are_refused(cast: Cast, client: Client, goal: Goal) -> None:
    headers = bearer(cast.ben)
    found = client.get(f"{LIST}?owner={cast.ben.pk}&status=active", headers=headers).json()["results"]
    assert [row["id"] for row in found] == [goal.pk]
    assert client.get(f"{LIST}?team={cast.field.pk}", headers=headers).json()["results"] == []
    for wrong in (f"owner={cast.dan.pk}", "status=x", "kind=1", "team=" + "9" * 50):
        answer = client.get(f"{LIST}?{wrong}", headers=headers)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == f"/{wrong.partition('=')[0]}"


def test_narrow_tokens_and_other_organizations_see_nothing(cast: Cast, client: Client, goal: Goal) -> None:
    address = reverse("goals-api:detail", args=[goal.pk])
    assert client.get(address).status_code == 401
    assert client.get(address, headers=bearer(cast.ben, Scope.TASKS_READ)).status_code == 403
    assert client.get(address, headers=bearer(cast.dan)).status_code == 404
    assert client.get(LIST, headers=bearer(cast.dan)).json()["results"] == []
