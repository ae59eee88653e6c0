"""What a log line holds, what it never holds, and how lines of one request find together."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.test import Client
from kombu import Queue

from common.logs import line_formatter
from common.problems import request_id
from common.queue import Hint
from common.redaction import HIDDEN, without_secrets
from kpis.jobs import judge
from opsteam import celery as house
from people import services as people
from people.choices import Scope
from tests.conftest import Cast, sign_in

SECRETS = {
    "token": "presented ops_17_Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg and failed",
    "bearer": "Authorization: Bearer Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg",
    "basic": "{'Authorization': 'Basic Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg=='}",
    "webhook": "signed with whsec_Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg==",
    "password": "POST body email=a%40b.c&password=Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg",
    "json": '{"client_secret": "Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg", "n": 1}',
    "cookie": "Cookie: a=b; session-8000=Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg; c=d",
    "host cookie": "__Host-session=Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg",
    "database": "postgresql://opsteam:Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg@db:5432/x refused",
    "redis": "redis://:Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg@redis:6379/0",
    "reset": "GET /password/MQ-c0ffee-Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg/ was slow",
    "invitation": "https://ops.example/invitations/Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg/?x=1",
    "unsubscribe": "/unsubscribe/NDI:1tQabc:Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg012345678/",
    "setup": "/setup/Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg/",
    "slack": "https://hooks.slack.com/services/T0/B0/Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg",
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg&sign=x",
    "totp": "otpauth://totp/opsteam:ana?secret=Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg",
    "oidc": "/sign-in/provider/answer/?code=Qm9vLXlvdS1mb3VuZC1tZS1uZXZlcg&state=abc",
}
HARMLESS = (
    '{"event": "http.request", "route": "/tasks/<int:task_id>/", "status": 200, "token_id": 5, "ms": 1.5}',
    '{"request_id": "0f8fad5bd9cb469fa16570867728950e", "timestamp": "2026-11-22T05:20:51.123456Z"}',
    "kpis.recompute_shard took 12.5 s for 200000 facts of metric 17",
    "message <0f8fad5b-d9cb-469f-a165-70867728950e@ops.example> was given up",
    "GET https://ops.example/goals/12345/ by membership 7",
)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What all loggers write, as an administrator reads it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(line_formatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def events(lines: io.StringIO, name: str) -> list[dict[str, Any]]:
    """The lines of one kind, read."""
    return [each for each in map(json.loads, lines.getvalue().splitlines()) if each["event"] == name]


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_a_known_shape_of_a_secret_is_hidden(text: str) -> None:
    hidden = without_secrets(text)
    assert "Qm9vLXlvdS1mb3VuZC" not in hidden
    assert HIDDEN in hidden


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text) == text


def test_values_of_secret_names_and_long_texts_do_not_come_out(lines: io.StringIO) -> None:
    logging.getLogger("x").warning(
        "thing.failed",
        extra={
            "password": "hunter2",
            "cookies": {"a": "b"},
            "kind": {"api_key": "k3y"},
            "answer": "z" * 9_000,
        },
    )
    (line,) = events(lines, "thing.failed")
    assert line["password"] == line["cookies"] == line["kind"]["api_key"] == HIDDEN
    assert len(line["answer"]) < 4_100


def test_a_traceback_keeps_no_secret(lines: io.StringIO) -> None:
    try:
        raise ValueError("no answer from redis://:tops3cret@redis:6379 for ops_1_abcdefghijklmnop")
    except ValueError:
        logging.getLogger("x").exception("thing.failed")
    text = lines.getvalue()
    assert "Traceback" in text
    assert "tops3cret" not in text
    assert "abcdefghijklmnop" not in text


def test_a_request_leaves_one_line_with_ids_and_no_values(cast: Cast, lines: io.StringIO) -> None:
    sign_in(cast.ana).get("/tasks/?q=Li+Lei", headers={"X-Request-ID": "abcdef0123456789"})
    (line,) = events(lines, "http.request")
    assert (line["method"], line["route"], line["status"]) == ("GET", "/tasks/", 200)
    assert line["request_id"] == "abcdef0123456789"
    assert (line["organization_id"], line["membership_id"]) == (cast.organization.pk, cast.ana.pk)
    assert line["bytes"] > 1_000
    assert line["ms"] > 0
    assert "Lei" not in lines.getvalue()


def test_a_refused_request_does_not_show_its_query(db: None, lines: io.StringIO) -> None:
    Client().get("/no/such/place/?q=Li+Lei")
    logging.getLogger("django.request").error(
        "Internal Server Error: /x/", extra={"request": "GET /x/?q=Li+Lei"}
    )
    assert "Lei" not in lines.getvalue()
    assert len(lines.getvalue().splitlines()) == 2


def test_a_token_is_named_by_its_id(cast: Cast, lines: io.StringIO) -> None:
    token, secret = people.create_token(by=cast.ana, name="x", scopes=[Scope.TASKS_READ])
    Client().get("/api/v1/tasks/", headers={"Authorization": f"Bearer {secret}"})
    (line,) = events(lines, "http.request")
    assert line["token_id"] == token.pk
    assert line["route"] == "/api/v1/tasks/"


def test_probes_leave_no_line(db: None, lines: io.StringIO) -> None:
    Client().get("/health/live/")
    assert events(lines, "http.request") == []


def test_an_unknown_address_is_not_kept(db: None, lines: io.StringIO) -> None:
    Client().get("/no/such/place/")
    (line,) = events(lines, "http.request")
    assert (line["route"], line["status"]) == ("(none)", 404)


def test_a_message_carries_the_request_it_follows_from() -> None:
    """Through the real broker, as a worker takes it."""
    token = request_id.set("feedc0ffee00")
    try:
        Hint("kpis.judge", ())()
    finally:
        request_id.reset(token)
    with current_app.connection_for_read() as broker, broker.channel() as channel:
        taken = []
        while (message := Queue("celery")(channel).get(no_ack=True)) is not None:
            taken.append(message.headers)
    assert [each["request_id"] for each in taken if each["task"] == "kpis.judge"][-1:] == ["feedc0ffee00"]
    assert isinstance(taken[-1]["sent_at"], float)
    assert taken[-1]["is_tick"] is False


def test_lines_of_a_job_carry_its_ids_and_those_of_its_request(db: None, lines: io.StringIO) -> None:
    job = judge
    for written, expected in (
        ({"request_id": "feedc0ffee00"}, "feedc0ffee00"),
        ({"request_id": "-"}, "job-1"),
    ):
        job.push_request(headers=written)
        try:
            house._take_ids(task_id="job-1", task=job)
            logging.getLogger("x").info("inside.job")
            house._note_run(task=job, state="SUCCESS")
        finally:
            job.pop_request()
        line = events(lines, "inside.job")[-1]
        assert (line["request_id"], line["job"], line["job_id"]) == (expected, "kpis.judge", "job-1")
    logging.getLogger("x").info("outside.job")
    assert "job" not in events(lines, "outside.job")[0]
