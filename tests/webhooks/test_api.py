"""Webhooks through the API: the same services, with their secret told once."""

import json
from typing import Any

import pytest
from django.test import Client
from standardwebhooks.webhooks import Webhook

from notifications.choices import State
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.services.webhooks import event_types, send_webhooks
from people.choices import Scope
from tests.conftest import Cast, bearer
from tests.secrets.database import tables_that_tell
from tests.webhooks.conftest import open_task, tell
from tests.webhooks.receiver import Receiver

ROOT = "/api/v1/webhooks/"


class Api:
    """A program with adam's token for webhooks."""

    def __init__(self, cast: Cast) -> None:
        self.headers = bearer(cast.adam, Scope.WEBHOOKS_MANAGE)
        self.client = Client()

    def send(self, method: str, path: str, sent: Any = None, **headers: str) -> Any:
        """The answer."""
        return self.client.generic(
            method,
            path,
            data=b"" if sent is None else json.dumps(sent),
            content_type="application/json",
            headers={**self.headers, **headers},
        )


@pytest.fixture
def api(cast: Cast) -> Api:
    """Adam's program."""
    return Api(cast)


def test_a_webhook_made_through_the_api_signs_with_the_secret_it_was_told(
    cast: Cast, api: Api, receiver: Receiver
) -> None:
    made = api.send("POST", ROOT, {"url": receiver.url, "event_types": ["task.*"]})
    assert made.status_code == 201
    told = made.json()
    WebhookEndpoint.objects.update(listens_since="2020-01-01T00:00Z")
    open_task(cast.ana)
    tell()
    send_webhooks()
    Webhook(told["secret"]).verify(receiver.taken[0].body, receiver.taken[0].headers)
    read = api.send("GET", made["Location"])
    assert "secret" not in read.json()
    assert read["ETag"] == made["ETag"] == '"v1"'


def test_an_idempotency_key_does_not_make_the_database_keep_the_secret(api: Api, receiver: Receiver) -> None:
    made = api.send(
        "POST", ROOT, {"url": receiver.url, "event_types": ["*"]}, **{"Idempotency-Key": "one"}
    ).json()
    rotated = api.send("POST", f"{ROOT}{made['id']}/secret/", **{"Idempotency-Key": "two"}).json()
    assert made["secret"] != rotated["secret"]
    for each in (made, rotated):
        assert tables_that_tell(each["secret"]) == []


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"url": "https://10.0.0.1:22/", "event_types": ["*"]}, "/url"),
        ({"url": "gopher://hooks.example.org/", "event_types": ["*"]}, "/url"),
        ({"url": "https://hooks.example.org/", "event_types": []}, "/event_types"),
        ({"url": "https://hooks.example.org/", "event_types": ["task.exploded"]}, "/event_types"),
        ({"url": "https://hooks.example.org/", "event_types": ["*"], "secret": "x"}, "/secret"),
    ],
)
def test_wrong_input_is_refused_at_its_field(api: Api, sent: dict[str, Any], pointer: str) -> None:
    refused = api.send("POST", ROOT, sent)
    assert refused.status_code == 400
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]
    assert not WebhookEndpoint.objects.exists()


def test_a_change_needs_the_version_it_was_made_from(api: Api, endpoint: WebhookEndpoint) -> None:
    path = f"{ROOT}{endpoint.pk}/"
    assert api.send("PATCH", path, {"description": "x"}).status_code == 428
    assert api.send("PATCH", path, {"description": "x"}, **{"If-Match": '"v1"'}).status_code == 200
    assert api.send("PATCH", path, {"description": "y"}, **{"If-Match": '"v1"'}).status_code == 412
    endpoint.refresh_from_db()
    assert (endpoint.description, endpoint.version) == ("x", 2)


def test_the_log_is_listed_and_sent_again(
    cast: Cast, api: Api, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.status = 500
    for _task in range(2):
        open_task(cast.ana)
    tell()
    send_webhooks()
    WebhookDelivery.objects.update(state=State.DEAD)
    log = api.send("GET", f"{ROOT}{endpoint.pk}/deliveries/?state=dead&type=task.created").json()["results"]
    assert {(row["state"], row["type"]) for row in log} == {("dead", "task.created")}
    tried = next(row for row in log if row["last_status"] == 500)
    whole = api.send("GET", f"{ROOT}{endpoint.pk}/deliveries/{tried['id']}/").json()
    assert whole["body"] == receiver.taken[0].body
    receiver.status = 200
    assert api.send("POST", f"{ROOT}{endpoint.pk}/deliveries/{tried['id']}/replay/").status_code == 202
    assert send_webhooks() == 1
    since = {"since": "2020-01-01T00:00:00Z"}
    assert api.send("POST", f"{ROOT}{endpoint.pk}/replays/", since).json() == {"count": 1}
    assert send_webhooks() == 1


def test_it_is_switched_off_and_on(api: Api, endpoint: WebhookEndpoint) -> None:
    path = f"{ROOT}{endpoint.pk}/"
    assert api.send("POST", f"{path}disablement/").json()["disabled_reason"] == "by_hand"
    assert api.send("POST", f"{path}pings/").json()["code"] == "webhook_off"
    assert api.send("GET", f"{ROOT}?is_enabled=true").json()["results"] == []
    assert api.send("DELETE", f"{path}disablement/").json()["disabled_at"] is None
    assert api.send("POST", f"{path}pings/").status_code == 202
    assert api.send("DELETE", path, **{"If-Match": "*"}).status_code == 204
    assert not WebhookEndpoint.objects.exists()


def test_the_events_are_listed_in_the_language_of_the_request(api: Api) -> None:
    chinese = api.send("GET", f"{ROOT}events/", **{"Accept-Language": "zh-hans"}).json()
    assert {each["type"] for each in chinese} == event_types()
    assert {"type": "task.created", "name": "任务已创建"} in chinese
