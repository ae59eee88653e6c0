"""Posts to chat rooms, as a service receives them. The plugins' addresses are pointed to a local receiver."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.slack import NotifySlack
from apprise.plugins.wecombot import NotifyWeComBot
from django.db.models.functions import Now
from django.utils import timezone

from common.errors import InvalidInput, NotAllowed, NotVisible
from notifications import jobs, services
from notifications.channels import chat
from notifications.channels.addresses import parts_of
from notifications.choices import Channel, ChatKind, Rule, State, Timing
from notifications.models import ChatChannel, Delivery
from tests.conftest import Cast
from tests.notifications.conftest import open_task, tell
from tests.notifications.receiver import Receiver, chat_service

ADDRESSES = {
    "slack": "https://hooks.slack.com/services/T0AAAAAAA/B0AAAAAAA/abcdefgh12345678",
    "teams": "https://prod-01.westeurope.logic.azure.com:443/workflows/0123456789abcdef/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=x&sv=1.0&sig=abcd_EFGH-1234",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/0123abcd-4567",
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-4567",
}
SECRET = "SEC0123456789abcdef"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Receiver]:
    """Every service at once, on this machine."""
    settings.OUTBOUND_HTTP = True
    settings.OUTBOUND_PRIVATE = ("127.0.0.0/8",)
    with chat_service() as receiver:
        monkeypatch.setattr(NotifySlack, "webhook_url", f"{receiver.url}/services")
        monkeypatch.setattr(NotifyDingTalk, "notify_url", receiver.url + "/robot/send?access_token={token}")
        monkeypatch.setattr(NotifyFeishu, "notify_url", receiver.url + "/hook/{token}/")
        monkeypatch.setattr(NotifyWeComBot, "notify_url", receiver.url + "/webhook/send?key={key}")
        monkeypatch.setattr(chat, "TEAMS_URL", receiver.url + "{path}/workflows/{workflow}?{query}")
        yield receiver


def room(cast: Cast, kind: str = "wecom", **fields: Any) -> ChatChannel:
    """A room of Acme's that is told of assigned tasks."""
    given = {"name": "Ops", "rules": [Rule.TASK_ASSIGNED], "language": "en"} | fields
    return services.add_room(by=cast.adam, kind=kind, address=ADDRESSES[kind], **given)


@pytest.mark.parametrize("kind", ChatKind.values)
def test_each_service_gets_what_it_reads(cast: Cast, service: Receiver, kind: str) -> None:
    room(cast, kind)
    task = open_task(cast, title="Call <b>Tom</b> & Jerry")
    tell(task)
    jobs.send_chat()
    ((path, query, body),) = service.posts
    text = str(body)
    assert "A task was assigned" in text
    assert "Jerry" in text
    assert f"/tasks/{task.pk}/" in text
    expected = {
        "slack": ("/services/T0AAAAAAA/B0AAAAAAA/abcdefgh12345678", {}),
        "teams": ("/workflows/0123456789abcdef", {"sig": ["abcd_EFGH-1234"]}),
        "dingtalk": ("/robot/send", {"access_token": ["0123456789abcdef"]}),
        "feishu": ("/hook/0123abcd-4567", {}),
        "wecom": ("/webhook/send", {"key": ["0123abcd-4567"]}),
    }[kind]
    assert path == expected[0]
    assert expected[1].items() <= query.items()
    assert Delivery.objects.get(channel=Channel.CHAT).state == State.SENT


def test_dingtalk_is_signed_as_its_documentation_says(cast: Cast, service: Receiver) -> None:
    """The base64 of HMAC-SHA256 by the secret over `timestamp\\nsecret`, encoded once in the address."""
    room(cast, "dingtalk", secret=SECRET)
    tell(open_task(cast))
    jobs.send_chat()
    ((_path, query, _body),) = service.posts
    (moment,), (sign,) = query["timestamp"], query["sign"]
    expected = hmac.new(SECRET.encode(), f"{moment}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(sign, validate=True) == expected
    assert abs(int(moment) / 1000 - time.time()) < 60


def test_feishu_is_signed_as_its_documentation_says(cast: Cast, service: Receiver) -> None:
    """The base64 of HMAC-SHA256 by `timestamp\\nsecret` over nothing, in the body with the seconds."""
    room(cast, "feishu", secret=SECRET)
    tell(open_task(cast))
    jobs.send_chat()
    ((_path, _query, body),) = service.posts
    expected = hmac.new(f"{body['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert base64.b64decode(body["sign"], validate=True) == expected
    assert abs(int(body["timestamp"]) - time.time()) < 60


@pytest.mark.parametrize("kind", ["dingtalk", "feishu", "wecom"])
def test_a_refusal_with_status_200_is_a_refusal(cast: Cast, service: Receiver, kind: str) -> None:
    room(cast, kind)
    service.answer = (
        200,
        {"errcode": 310000, "errmsg": "sign not match"} if kind != "feishu" else {"code": 19021},
    )
    tell(open_task(cast))
    jobs.send_chat()
    delivery = Delivery.objects.get(channel=Channel.CHAT)
    assert (delivery.state, delivery.attempts) == (State.PENDING, 1)
    assert "code" in delivery.last_error
    assert "sign not match" not in delivery.last_error
    service.answer = (200, {"errcode": 0, "code": 0})
    Delivery.objects.update(due_at=Now())
    jobs.send_chat()
    delivery.refresh_from_db()
    assert delivery.state == State.SENT


def test_who_speaks_too_often_is_silent_for_as_long_as_asked(cast: Cast, service: Receiver) -> None:
    room(cast, "slack")
    service.answer, service.headers = (429, {}), {"Retry-After": "900"}
    tell(open_task(cast))
    jobs.send_chat()
    delivery = Delivery.objects.get(channel=Channel.CHAT)
    assert timedelta(minutes=14) < delivery.due_at - timezone.now() < timedelta(minutes=16)


@pytest.mark.parametrize(
    ("kind", "answer"), [("slack", (410, {})), ("wecom", (200, {"errcode": 93000})), ("teams", (404, {}))]
)
def test_a_room_that_is_gone_is_closed_and_says_why(
    cast: Cast, service: Receiver, kind: str, answer: tuple[int, Any]
) -> None:
    gone = room(cast, kind)
    service.answer = answer
    tell(open_task(cast))
    jobs.send_chat()
    gone.refresh_from_db()
    assert not gone.is_enabled
    assert gone.disabled_reason
    assert Delivery.objects.get(channel=Channel.CHAT).state == State.DEAD
    tell(open_task(cast))
    jobs.send_chat()
    assert len(service.posts) == 1


def test_a_room_that_fails_holds_up_no_other_and_is_asked_once_a_run(cast: Cast, service: Receiver) -> None:
    room(cast, "wecom")
    for _ in range(3):
        tell(open_task(cast))
    room(cast, "slack")
    tell(open_task(cast))
    service.answer = (200, {"errcode": 1})  # a refusal for WeCom, and for Slack just a 200
    assert services.send_chat() == 1
    assert [path for path, _query, _body in service.posts] == [
        "/webhook/send",
        "/services/T0AAAAAAA/B0AAAAAAA/abcdefgh12345678",
    ]


def test_send_chat_twice_posts_once_however_many_people_are_told(cast: Cast, service: Receiver) -> None:
    room(cast)
    task = open_task(cast)
    tell(task)
    task.assignee = cast.cleo
    task.save()
    tell(task)
    jobs.send_chat()
    jobs.send_chat()
    assert len(service.posts) == 1


def test_a_test_message_arrives_where_it_was_asked_for(cast: Cast, service: Receiver) -> None:
    one = room(cast, "feishu", rules=[])
    services.test_room(by=cast.adam, room_id=one.pk)
    jobs.send_chat()
    assert "Test message" in str(service.posts)


def test_a_person_has_what_they_chose_in_their_own_room(cast: Cast, service: Receiver) -> None:
    services.add_room(by=cast.ben, kind="wecom", name="", address=ADDRESSES["wecom"], is_own=True)
    tell(open_task(cast))
    services.set_preferences(by=cast.ben, timings={(Rule.TASK_ASSIGNED, Channel.CHAT): Timing.AT_ONCE})
    tell(open_task(cast, title="Order ink"))
    jobs.send_chat()
    assert len(service.posts) == 1
    assert "Order ink" in str(service.posts)


def test_without_leave_no_private_address_is_called(cast: Cast, service: Receiver, settings: Any) -> None:
    settings.OUTBOUND_PRIVATE = ()
    room(cast)
    tell(open_task(cast))
    jobs.send_chat()
    assert service.posts == []
    assert Delivery.objects.get(channel=Channel.CHAT).state == State.PENDING


def test_no_secret_is_stored_readable_logged_or_told(
    cast: Cast, service: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    one = room(cast, "dingtalk", secret=SECRET)
    service.answer = (500, {})
    tell(open_task(cast))
    jobs.send_chat()
    delivery = Delivery.objects.get(channel=Channel.CHAT)
    one.refresh_from_db()
    logged = "".join(record.getMessage() + str(record.__dict__) for record in caplog.records)
    for told in (one.parts, delivery.last_error, logged):
        assert SECRET not in told
        assert "0123456789abcdef" not in told


@pytest.mark.parametrize("kind", ChatKind.values)
@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace("https://", "http://"),
        lambda url: url.replace("https://", "https://evil.example/"),
        lambda url: url.replace("https://", "https://user@"),
        lambda url: url.replace(".com", ".com.evil.example").replace(".cn", ".cn.evil.example"),
        lambda url: url.replace("?", "/../../x?") if "?" in url else url + "/../../x",
        lambda url: "feishu://x/?redirect=yes," + url,
        lambda url: url + "\n",
        lambda url: "",
    ],
)
def test_only_addresses_of_the_service_are_understood(kind: str, change: Any) -> None:
    assert parts_of(ChatKind(kind), ADDRESSES[kind]) is not None
    assert parts_of(ChatKind(kind), change(ADDRESSES[kind])) is None


def test_who_may_set_rooms_up(cast: Cast) -> None:
    one = room(cast)
    with pytest.raises(NotAllowed):
        services.add_room(by=cast.ana, kind="wecom", name="x", address=ADDRESSES["wecom"])
    with pytest.raises(NotAllowed):
        services.test_room(by=cast.ben, room_id=one.pk)
    with pytest.raises(NotVisible):
        services.remove_room(by=cast.dan, room_id=one.pk)
    own = services.add_room(by=cast.ben, kind="wecom", name="", address=ADDRESSES["wecom"], is_own=True)
    with pytest.raises(NotVisible):
        services.remove_room(by=cast.adam, room_id=own.pk)
    with pytest.raises(InvalidInput):
        services.add_room(by=cast.ben, kind="slack", name="", address=ADDRESSES["slack"], is_own=True)
    assert ChatChannel.objects.count() == 2
