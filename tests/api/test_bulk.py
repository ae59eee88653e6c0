"""Many changes in one request: each row has its own result, and the facts of all follow."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from feedback.models import FeedbackItem
from kpis.models import Measurement
from tasks.models import Task
from tests.api.conftest import ApiClient
from tests.conftest import Cast

TASKS, FEEDBACK = "/api/v1/tasks/bulk/", "/api/v1/feedback/bulk/"


def new(number: int, **fields: Any) -> dict[str, Any]:
    return {"method": "create", "fields": {"title": f"Task {number}", **fields}}


def sent(api: ApiClient, path: str, rows: Any, **headers: str) -> dict[str, Any]:
    answer = api.send("POST", path, {"rows": rows}, **headers)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_each_row_has_its_own_result_and_refused_rows_change_nothing(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    first, second = (row["id"] for row in sent(api, TASKS, [new(1), new(2)])["results"])
    answer = sent(
        api,
        TASKS,
        [
            new(3),
            new(4, team_id=10**9),
            {"method": "update", "id": first, "version": 1, "fields": {"status": "done"}},
            {"method": "update", "id": first, "version": 1, "fields": {"title": "Again"}},
            {"method": "update", "id": second, "fields": {"title": "No version"}},
            {"method": "update", "id": 10**9, "version": None, "fields": {"title": "Nowhere"}},
            {"method": "delete", "id": second, "version": None},
            {"method": "explode"},
            "nonsense",
            {"method": "create", "fields": {"title": "x", "nonsense": 1}},
        ],
    )
    assert [row["status"] for row in answer["results"]] == [201, 400, 200, 412, 428, 404, 204, 400, 400, 400]
    assert (answer["succeeded"], answer["failed"]) == (3, 7)
    assert answer["results"][1]["problem"]["errors"][0]["pointer"] == "/team_id"
    assert answer["results"][9]["problem"]["errors"][0]["pointer"] == "/fields/nonsense"
    assert (answer["results"][2]["id"], answer["results"][2]["version"]) == (first, 2)
    assert sorted(Task.objects.values_list("title", "status")) == [("Task 1", "done"), ("Task 3", "todo")]


def test_the_facts_of_rows_that_were_kept_are_stored_and_of_no_other(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    answer = sent(api, TASKS, [new(1), new(2, team_id=10**9), new(3)])
    ids = [row["id"] for row in answer["results"] if row["id"]]
    opened = Measurement.objects.filter(metric__key="tasks.opened").values_list("source_key", flat=True)
    assert {key.split(":")[1] for key in opened} == {str(each) for each in ids}
    sent(api, TASKS, [{"method": "delete", "id": each, "version": None} for each in ids])
    assert not Measurement.objects.filter(metric__key="tasks.opened").exists()


def test_the_same_key_again_gets_the_same_answer_and_makes_nothing_twice(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    first = sent(api, TASKS, [new(1), new(2)], Idempotency_Key="bulk-1")
    assert sent(api, TASKS, [new(1), new(2)], Idempotency_Key="bulk-1") == first
    assert Task.objects.count() == 2


def test_roles_count_for_every_row(cast: Cast) -> None:
    made = sent(ApiClient(cast.ana), TASKS, [new(1)])["results"][0]["id"]
    rows = [new(2), {"method": "delete", "id": made, "version": None}]
    assert [row["status"] for row in sent(ApiClient(cast.vera), TASKS, rows)["results"]] == [403, 403]
    assert [row["status"] for row in sent(ApiClient(cast.dan), TASKS, rows)["results"]] == [201, 404]
    assert Task.objects.filter(pk=made).exists()


@pytest.mark.parametrize(
    "body", [{}, {"rows": []}, {"rows": {}}, [], {"rows": [1] * 501}, {"rows": [1], "x": 1}]
)
def test_what_is_no_list_of_1_to_500_rows_is_refused_whole(cast: Cast, body: Any) -> None:
    answer = ApiClient(cast.ana).send("POST", TASKS, body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/rows")


def test_feedback_is_taken_in_changed_and_deleted_in_bulk(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    rows = [{"method": "create", "fields": {"subject": f"Item {n}", "customer_name": "Li"}} for n in range(3)]
    ids = [row["id"] for row in sent(api, FEEDBACK, rows)["results"]]
    answer = sent(
        api,
        FEEDBACK,
        [
            {"method": "update", "id": ids[0], "version": 1, "fields": {"status": "resolved"}},
            {"method": "update", "id": ids[1], "version": 1, "fields": {"kind": "nonsense"}},
            {"method": "delete", "id": ids[2], "version": 1},
        ],
    )
    assert [row["status"] for row in answer["results"]] == [200, 400, 204]
    assert sorted(FeedbackItem.objects.values_list("subject", "status")) == [
        ("Item 0", "resolved"),
        ("Item 1", "new"),
    ]
    assert Event.objects.filter(verb="feedback.opened").count() == 3


def queries_of(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def test_a_row_costs_less_in_bulk_than_alone(cast: Cast) -> None:
    """Measured: the derived facts, which need most statements, are stored once for all rows."""
    api = ApiClient(cast.ana)
    sent(api, TASKS, [new(0)])
    alone = queries_of(lambda: api.send("POST", "/api/v1/tasks/", {"title": "Alone"}))
    few = queries_of(lambda: sent(api, TASKS, [new(n) for n in range(5)]))
    many = queries_of(lambda: sent(api, TASKS, [new(n) for n in range(25)]))
    assert (many - few) / 20 <= 7
    assert (many - few) / 20 < alone / 2
