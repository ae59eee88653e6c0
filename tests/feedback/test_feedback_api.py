"""The REST doors to feedback."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback import services
from feedback.models import Customer, FeedbackItem, Reply, Theme
from people.choices import Scope
from people.models import Membership, Team
from tests.conftest import Cast, bearer, sign_in
from tests.feedback.conftest import complaint, stored_facts, verbs

LIST = "/api/v1/feedback/"
JSON = "application/json"


class Rest:
    """A REST client with a token of this member."""

    def __init__(self, membership: Membership, *scopes: Scope) -> None:
        self.headers = bearer(membership, *scopes)
        self.client = Client()

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(address, headers=self.headers | headers)

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        given = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.generic(method, address, text, content_type=JSON, headers=given)


def at(item: FeedbackItem, below: str = "") -> str:
    """The address of the item's resource."""
    return f"{LIST}{item.pk}/{below}"


def test_feedback_is_created_read_changed_and_deleted(cast: Cast, delivery: Theme) -> None:
    rest = Rest(cast.ana)
    body = {"subject": "Late", "body": "第一行\n第二行", "kind": "question", "customer_name": "Li",
            "theme_id": delivery.pk, "team_id": cast.support.pk, "assignee_id": cast.ben.pk,
            "opened_at": "2026-01-02T03:04:05+08:00"}  # fmt: skip
    created = rest.send("POST", LIST, body)
    assert created.status_code == 201, created.content
    item = FeedbackItem.objects.get()
    assert created["Location"] == at(item)
    assert created["ETag"] == '"v1"'
    answer = created.json()
    assert (answer["body"], answer["channel"], answer["status"]) == ("第一行\n第二行", "api", "new")
    assert answer["theme"] == {"id": delivery.pk, "name": "Delivery", "key": "delivery"}
    assert answer["assignee"] == {"id": cast.ben.pk, "name": "Ben"}
    assert rest.get(at(item)).json() == answer
    assert rest.get(at(item), **{"If-None-Match": '"v1"'}).status_code == 304
    changed = rest.send("PATCH", at(item), {"status": "resolved", "theme_id": None}, If_Match='"v1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"v2"')
    assert (changed.json()["status"], changed.json()["theme"]) == ("resolved", None)
    assert rest.send("DELETE", at(item), If_Match='"v2"').status_code == 204
    assert rest.get(at(item)).status_code == 404
    assert stored_facts(cast.organization) == []


def test_a_change_needs_the_version_it_was_made_from(cast: Cast) -> None:
    item = complaint(cast.ben)
    rest = Rest(cast.ana)
    for method in ("PATCH", "DELETE"):
        assert rest.send(method, at(item), {"subject": "x"}).status_code == 428
        assert rest.send(method, at(item), {"subject": "x"}, If_Match='"v7"').status_code == 412
        assert rest.send(method, at(item), {"subject": "x"}, If_Match="nonsense").status_code == 412
    item.refresh_from_db()
    assert (item.subject, item.version) == ("Late delivery", 1)


def test_replies_are_recorded_and_listed(cast: Cast) -> None:
    item = complaint(cast.ben)
    rest = Rest(cast.ben)
    sent = rest.send("POST", at(item, "replies/"), {"body": "Sorry", "resolve": True})
    assert sent.status_code == 201
    assert rest.get(at(item, "replies/")).json() == [sent.json()]
    assert sent.json()["by"] == {"id": cast.ben.pk, "name": "Ben"}
    assert rest.get(at(item)).json()["status"] == "resolved"
    refused = rest.send("POST", at(item, "replies/"), {"body": "  "})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/body")
    assert Reply.objects.count() == 1


def test_the_same_post_twice_with_one_key_takes_feedback_in_once(cast: Cast) -> None:
    rest = Rest(cast.ben)
    answers = [rest.send("POST", LIST, {"subject": "Late"}, Idempotency_Key="k-1") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert FeedbackItem.objects.count() == 1


def test_foreign_and_missing_rows_are_refused_with_the_same_answer(cast: Cast, foreign_theme: Theme) -> None:
    rest = Rest(cast.ben)
    item = complaint(cast.ben)
    customer = Customer.objects.create(organization=cast.other, name="Theirs")
    team = Team.objects.create(organization=cast.other, name_en="Their team")
    foreign = {
        "team_id": team.pk,
        "assignee_id": cast.dan.pk,
        "theme_id": foreign_theme.pk,
        "customer_id": customer.pk,
    }
    for name, key in foreign.items():
        for method, address in (("POST", LIST), ("PATCH", at(item))):
            answers = [
                rest.send(method, address, {"subject": "x", name: value}, If_Match="*")
                for value in (key, 9_999_999)
            ]
            assert [answer.status_code for answer in answers] == [400, 400]
            errors = [answer.json()["errors"] for answer in answers]
            assert errors[0] == errors[1]
            assert errors[0][0]["pointer"] == f"/{name}"
    assert FeedbackItem.objects.get().subject == "Late delivery"


def test_strangers_find_nothing_viewers_change_nothing_and_scopes_count(cast: Cast) -> None:
    item = complaint(cast.ben)
    calls = [("GET", at(item)), ("PATCH", at(item)), ("DELETE", at(item)), ("GET", at(item, "replies/")),
             ("POST", at(item, "replies/"))]  # fmt: skip
    stranger, viewer, reader = Rest(cast.dan), Rest(cast.vera), Rest(cast.ana, Scope.FEEDBACK_READ)
    for method, address in calls:
        body = {"body": "x"}
        assert stranger.send(method, address, body, If_Match="*").status_code == 404
        allowed = 200 if method == "GET" else 403
        assert viewer.send(method, address, body, If_Match="*").status_code == allowed
        assert reader.send(method, address, body, If_Match="*").status_code == allowed
        assert Client().generic(method, address).status_code == 401
    assert stranger.get(LIST).json()["results"] == []
    assert viewer.send("POST", LIST, {"subject": "x"}).status_code == 403
    assert Rest(cast.ben).send("DELETE", at(item), If_Match="*").status_code == 403
    item.refresh_from_db()
    assert (item.version, Reply.objects.count(), FeedbackItem.objects.count()) == (1, 0, 1)


@pytest.mark.parametrize(
    "body",
    [
        "not json", "[]", "null", '"text"', '{"subject": "nul \\u0000"}', '{"subject": "\\ud800"}', "{}",
        '{"subject": ""}', '{"subject": "x", "kind": "rant"}', '{"subject": "x", "theme_id": 99999999999999999999}',
        '{"subject": "x", "theme_id": "a"}', '{"subject": "x", "team_id": 9223372036854775807}',
        '{"subject": "x", "opened_at": "yesterday"}', '{"subject": "x", "opened_at": "0001-01-01T00:00:00Z"}',
        '{"subject": "x", "opened_at": "9999-12-31T23:59:59-12:00"}', '{"subject": "x", "opened_at": 12}',
        '{"subject": "x", "nonsense": 1}', '{"subject": ["x"]}', '{"subject": "x", "customer_name": {"a": 1}}',
        '{"subject": "' + "x" * 301 + '"}', '{"subject": "x", "body": "' + "x" * 50_001 + '"}',
        '{"subject": "x", "assignee_id": true}', '{"subject": "x", "assignee_id": -1}',
    ],
)  # fmt: skip
def test_a_bad_body_is_a_400_and_stores_nothing(cast: Cast, body: str) -> None:
    answer = Rest(cast.ben).send("POST", LIST, body)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not FeedbackItem.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "query",
    ["kind=rant", "theme=abc", "theme=99999999999999999999", "opened_after=2026-13-40", "assignee=x", "cursor=x",
     "team=-1", "customer=1e9", "overdue=%00"],
)  # fmt: skip
def test_a_bad_filter_is_a_4xx_and_never_a_500(cast: Cast, query: str) -> None:
    answer = Rest(cast.ben).get(f"{LIST}?{query}")
    assert answer.status_code in (200, 400, 404)
    assert answer.status_code != 200 or query == "overdue=%00"


def test_an_id_beyond_the_column_is_not_found(cast: Cast) -> None:
    rest = Rest(cast.ben)
    assert rest.get(f"{LIST}99999999999999999999999/").status_code == 404
    assert rest.send("PATCH", f"{LIST}99999999999999999999999/", {}, If_Match="*").status_code == 404


def test_the_list_is_filtered_and_paged_by_key(cast: Cast, delivery: Theme) -> None:
    mine = [complaint(cast.ben, f"Item {n}", assignee_id=cast.ben.pk, theme_id=delivery.pk) for n in range(3)]
    complaint(cast.ben, "Somebody else's", kind="praise")
    rest = Rest(cast.ben)
    first = rest.get(f"{LIST}?assignee=me&theme={delivery.pk}&limit=2").json()
    second = rest.get(first["next"]).json()
    found = [row["id"] for row in (*first["results"], *second["results"])]
    assert found == [item.pk for item in reversed(mine)]
    assert [row["subject"] for row in rest.get(f"{LIST}?kind=praise&state=open").json()["results"]] == [
        "Somebody else's"
    ]


def test_the_list_costs_the_same_few_queries_for_one_row_and_three(cast: Cast, delivery: Theme) -> None:
    rest = Rest(cast.ben)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert rest.get(f"{LIST}?theme={delivery.pk}&assignee=me").status_code == 200
        return len(captured)

    def fill() -> None:
        complaint(
            cast.ben,
            theme_id=delivery.pk,
            assignee_id=cast.ben.pk,
            team_id=cast.support.pk,
            customer_name="Li",
        )

    fill()
    queries()  # the first use of a token also notes when it was used
    one = queries()
    fill()
    fill()
    assert queries() == one <= 6


def test_page_and_api_reach_the_same_end(cast: Cast, delivery: Theme) -> None:
    given = {
        "subject": "Late",
        "body": "Very",
        "kind": "complaint",
        "channel": "phone",
        "customer_name": "Li",
    }
    browser, rest = sign_in(cast.ben), Rest(cast.ben)
    browser.post(reverse("feedback:create"), given | {"theme": delivery.pk, "team": cast.support.pk})
    paged = FeedbackItem.objects.get()
    browser.post(reverse("feedback:reply", args=[paged.pk]), {"body": "Sorry", "version": 1})
    browser.post(reverse("feedback:status", args=[paged.pk]), {"status": "waiting", "version": 2})
    called_id = rest.send("POST", LIST, given | {"theme_id": delivery.pk, "team_id": cast.support.pk}).json()[
        "id"
    ]
    called = FeedbackItem.objects.get(pk=called_id)
    rest.send("POST", at(called, "replies/"), {"body": "Sorry"})
    rest.send("PATCH", at(called), {"status": "waiting"}, If_Match='"v2"')
    assert end_state(paged) == end_state(called)
    assert verbs(paged) == verbs(called)
    facts = stored_facts(cast.organization)
    assert shape(facts, paged) == shape(facts, called) != []


def end_state(item: FeedbackItem) -> dict[str, Any]:
    """All that both doors decide, without the times and the row's own number."""
    values = FeedbackItem.objects.filter(pk=item.pk).values().get()
    moments = {"id", "opened_at", "created_at", "updated_at", "reply_due_at", "first_replied_at"}
    steps = list(item.transitions.values_list("status", "team_id", "assignee_id", "by_id"))
    replies = list(item.replies.values_list("body", "by_id"))
    return {name: value for name, value in values.items() if name not in moments} | {
        "steps": steps,
        "replies": replies,
    }


def shape(facts: list[Any], item: FeedbackItem) -> list[Any]:
    """The item's facts without time, duration and row number."""
    return [(fact[0], fact[4], fact[5], fact[6]) for fact in facts if fact[1].split(":")[1] == str(item.pk)]


def test_services_and_api_agree_on_a_missing_item(cast: Cast) -> None:
    item = complaint(cast.ana)
    services.delete_item(by=cast.ana, item_id=item.pk, version=None)
    assert Rest(cast.ana).send("DELETE", at(item), If_Match="*").status_code == 404
