"""Receivers that refuse, are slow, gone or away for days."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from activity.models import Event
from notifications.choices import Channel, Rule, State
from notifications.models import Delivery, WebhookDelivery, WebhookEndpoint
from notifications.selectors import letter_for
from notifications.services.webhooks import sending
from notifications.services.webhooks.sending import send_webhooks
from tests.conftest import Cast
from tests.webhooks.conftest import add_endpoint, make_due, open_task, tell
from tests.webhooks.receiver import Receiver, Taken, receiving

ANSWERED_NO = (400, 401, 404, 429, 500, 502, 503, 301, 307)


def _due_in() -> float:
    delivery = WebhookDelivery.objects.get()
    return (delivery.due_at - timezone.now()).total_seconds()


@pytest.mark.parametrize("status", ANSWERED_NO)
def test_everything_but_success_is_tried_again(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    open_task(cast.ana)
    tell()
    assert send_webhooks() == 0
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_status) == (State.PENDING, 1, status)
    receiver.status = 200
    make_due()
    assert send_webhooks() == 1
    assert receiver.taken[0].headers["webhook-id"] == receiver.taken[1].headers["webhook-id"]


def test_the_waits_are_those_of_the_standard_and_then_it_is_given_up(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.status = 500
    open_task(cast.ana)
    tell()
    waits = []
    for _try in range(9):
        make_due()
        send_webhooks()
        waits.append(_due_in())
    expected = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    for wait, about in zip(waits, expected, strict=True):
        assert 0.7 * about - 2 < wait < 1.3 * about
    assert sum(expected) / 86_400 == pytest.approx(3.15, abs=0.05)
    make_due()
    send_webhooks()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (
        State.DEAD,
        10,
        "NotDelivered: HTTP 500",
    )


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_asks_for_time_gets_it(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver, status: int
) -> None:
    receiver.status, receiver.headers = status, {"Retry-After": "3600"}
    open_task(cast.ana)
    tell()
    send_webhooks()
    endpoint.refresh_from_db()
    assert _due_in() > 3_590
    assert endpoint.paused_until - timezone.now() > timedelta(seconds=3_590)


def test_a_receiver_that_is_gone_is_switched_off_with_an_event(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.status = 410
    for _task in range(3):
        open_task(cast.ana)
    tell()
    send_webhooks()
    endpoint.refresh_from_db()
    assert (endpoint.disabled_reason, len(receiver.taken)) == ("gone", 1)
    assert Event.objects.get(verb="webhook.disabled").facts == {"reason": "gone"}
    notices = Delivery.objects.filter(rule=Rule.WEBHOOK_OFF, channel=Channel.INBOX)
    assert [notice.recipient for notice in notices] == [cast.adam]
    letter = letter_for(notices[0])
    assert letter is not None
    assert letter.said.path == f"/settings/webhooks/{endpoint.pk}/"
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {State.DROPPED}
    open_task(cast.ana)
    tell()
    assert send_webhooks() == 0


def test_a_receiver_that_fails_for_days_is_switched_off_with_an_event(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.status = 500
    open_task(cast.ana)
    tell()
    send_webhooks()
    WebhookEndpoint.objects.update(failing_since=Now() - timedelta(days=4))
    make_due()
    send_webhooks()
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None
    WebhookEndpoint.objects.update(failing_since=Now() - timedelta(days=6))
    make_due()
    send_webhooks()
    endpoint.refresh_from_db()
    assert endpoint.disabled_reason == "failing"
    assert Event.objects.get(verb="webhook.disabled").facts == {"reason": "failing"}


def test_one_success_ends_the_count_of_days(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.status = 500
    open_task(cast.ana)
    tell()
    send_webhooks()
    WebhookEndpoint.objects.update(failing_since=Now() - timedelta(days=6))
    receiver.status = 200
    make_due()
    send_webhooks()
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.failures, endpoint.paused_until) == (None, 0, None)


def test_a_dead_receiver_costs_one_try_however_much_waits(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.status = 500
    for _task in range(30):
        open_task(cast.ana)
    tell()
    send_webhooks()
    assert len(receiver.taken) == 1
    assert WebhookDelivery.objects.filter(attempts=0).count() == 29


def test_the_whole_endpoint_rests_longer_with_every_failure(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.status = 500
    open_task(cast.ana)
    tell()
    pauses = []
    for _try in range(7):
        make_due()
        send_webhooks()
        endpoint.refresh_from_db()
        pauses.append((endpoint.paused_until - timezone.now()).total_seconds())
    assert pauses[0] < 6
    assert all(pause <= 1_800 for pause in pauses)
    assert pauses[-1] > 1_000


def test_a_slow_receiver_delays_no_other(cast: Cast, receiver: Receiver) -> None:
    def slowly(_taken: Taken) -> int:
        time.sleep(0.5)
        return 204

    with receiving() as slow:
        slow.answer = slowly
        add_endpoint(cast.adam, slow.url, "task.created")
        add_endpoint(cast.adam, receiver.url, "task.created")
        arrivals: list[float] = []
        receiver.answer = lambda _taken: arrivals.append(time.monotonic()) or 204
        for _task in range(4):
            open_task(cast.ana)
        tell()
        began = time.monotonic()
        assert send_webhooks() == 8
    assert time.monotonic() - began > 2
    assert arrivals[-1] - began < 1


def test_an_endpoint_is_sent_one_message_at_a_time(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    present, most = [], []

    def count(taken: Taken) -> int:
        present.append(taken)
        most.append(len(present))
        time.sleep(0.3)
        present.remove(taken)
        return 204

    receiver.answer = count
    for _task in range(4):
        open_task(cast.ana)
    tell()
    send_webhooks()
    assert (len(most), max(most)) == (4, 1)


def test_no_transaction_is_open_while_the_network_is_waited_for(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    depths: list[int] = []
    send = sending._send

    def looked(request: sending.Request) -> sending.Answer:
        depths.append(len(connection.savepoint_ids))
        return send(request)

    class Inline:
        """A pool that sends at once, in the thread that has the connection."""

        def __init__(self, *_words: object, **_more: object) -> None:
            pass

        def __enter__(self) -> "Inline":
            return self

        def __exit__(self, *_error: object) -> None:
            pass

        def submit(self, job: object, request: sending.Request) -> object:
            from concurrent.futures import Future

            future: Future[sending.Answer] = Future()
            future.set_result(looked(request))
            return future

    monkeypatch.setattr(sending, "ThreadPoolExecutor", Inline)
    open_task(cast.ana)
    tell()
    base = len(connection.savepoint_ids)
    assert send_webhooks() == 1
    assert depths == [base]


def test_a_sender_that_died_leaves_it_uncertain_and_it_is_sent_again_under_the_same_id(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_task(cast.ana)
    tell()

    def killed(*_words: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "_settle", killed)
        with pytest.raises(KeyboardInterrupt):
            send_webhooks()
    assert WebhookDelivery.objects.get().state == State.SENDING
    assert send_webhooks() == 0
    WebhookDelivery.objects.update(lease_until=F("created_at") - timedelta(seconds=1))
    WebhookEndpoint.objects.update(busy_until=F("created_at") - timedelta(seconds=1))
    assert send_webhooks() == 1
    assert [taken.headers["webhook-id"] for taken in receiver.taken] == [
        receiver.taken[0].headers["webhook-id"]
    ] * 2


def test_what_a_killed_sender_left_is_taken_up_only_after_its_lease(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    open_task(cast.ana)
    tell()
    assert sending._claim() is not None
    assert sending._claim() is None
    assert send_webhooks() == 0


def test_a_refused_address_is_told_as_a_reason_without_words_of_the_other_side(
    cast: Cast, endpoint: WebhookEndpoint, settings: object
) -> None:
    settings.OUTBOUND_PRIVATE = ()
    open_task(cast.ana)
    tell()
    send_webhooks()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.failure, delivery.last_status) == ("refused", None)
    assert delivery.last_error == "NotDelivered: refused"


def test_the_log_says_nothing_secret(
    cast: Cast, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    _endpoint, secret = add_endpoint(cast.adam, receiver.url + "?token=canary-7d1", "task.*")
    receiver.status = 500
    open_task(cast.ana, "canary-title")
    tell()
    send_webhooks()
    told = "\n".join(str(record.__dict__) for record in caplog.records)
    assert "failed" in told
    for word in (secret, "canary-7d1", "canary-title"):
        assert word not in told
