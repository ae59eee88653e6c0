"""A mail server that refuses, hangs, hangs up or is not there."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from notifications import selectors
from notifications.choices import State
from notifications.models import Delivery
from notifications.services import send_due
from tests.conftest import Cast
from tests.harness.mail import MailServer
from tests.notifications.conftest import assigned_delivery, open_task


def make_due() -> None:
    """As if the wait were over."""
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_refused_recipient_waits_and_delays_no_other(cast: Cast, mail: MailServer) -> None:
    refused = assigned_delivery(open_task(cast))
    assigned_delivery(open_task(cast, assignee=cast.cleo))
    mail.refused = {"ben@example.test"}
    assert send_due() == 1
    refused.refresh_from_db()
    assert mail.recipients == ["cleo@example.test"]
    assert (refused.state, refused.attempts) == (State.PENDING, 1)
    assert "550" in refused.last_error
    assert timedelta(seconds=30) < refused.due_at - timezone.now() < timedelta(seconds=90)


def test_each_wait_is_longer_than_the_one_before(cast: Cast, mail: MailServer) -> None:
    delivery = assigned_delivery(open_task(cast))
    mail.refused = {"ben@example.test"}
    waits = []
    for _ in range(7):
        make_due()
        send_due()
        delivery.refresh_from_db()
        waits.append((delivery.due_at - timezone.now()).total_seconds())
    assert waits == sorted(waits)
    assert waits[-1] > 6 * 3600


def test_after_eight_tries_it_is_dead_and_an_administrator_sees_it(
    cast: Cast, mail: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    delivery = assigned_delivery(open_task(cast))
    mail.refused = {"ben@example.test"}
    for _ in range(9):
        make_due()
        send_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (State.DEAD, 8)
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "notifications.delivery_dead"
    ]
    assert list(selectors.given_up(cast.adam)) == [delivery]
    assert list(selectors.given_up(cast.dan)) == []


def test_a_hung_server_ends_the_run_after_its_timeout(cast: Cast, mail: MailServer) -> None:
    for _ in range(3):
        assigned_delivery(open_task(cast))
    mail.answers_after_seconds = 5
    started = time.monotonic()
    assert send_due() == 0
    assert time.monotonic() - started < 3
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_when_the_server_is_back_everything_is_sent_once(cast: Cast, mail: MailServer) -> None:
    deliveries = [assigned_delivery(open_task(cast)) for _ in range(3)]
    mail.answers_after_seconds = 5
    send_due()
    mail.answers_after_seconds = 0
    make_due()
    assert send_due() == 3
    assert {message["Message-ID"] for message in mail.messages} == {one.message_id for one in deliveries}


def test_a_sender_that_died_half_way_is_followed_by_one_with_the_same_message_id(
    reminder: Callable[..., Delivery], mail: MailServer
) -> None:
    delivery = reminder()
    mail.hangs_up_after_taking = True
    send_due()
    Delivery.objects.update(state=State.SENDING, lease_until=timezone.now() + timedelta(seconds=30))
    make_due()
    send_due()
    assert len(mail.messages) == 1
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    mail.hangs_up_after_taking = False
    assert send_due() == 1
    assert [message["Message-ID"] for message in mail.messages] == [delivery.message_id] * 2


def test_senders_that_keep_dying_end_at_eight(cast: Cast, mail: MailServer) -> None:
    delivery = assigned_delivery(open_task(cast), state=State.SENDING, attempts=8)
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert send_due() == 0
    delivery.refresh_from_db()
    assert delivery.state == State.DEAD


def test_a_sender_that_lost_its_lease_does_not_overwrite_the_next_ones_claim(
    cast: Cast, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = assigned_delivery(open_task(cast))

    def overtaken(_delivery: Delivery) -> None:
        Delivery.objects.update(attempt_id="00000000-0000-4000-8000-000000000000", attempts=F("attempts") + 1)

    original = selectors.letter_for
    monkeypatch.setattr(selectors, "letter_for", lambda one: (overtaken(one), original(one))[1])
    send_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (State.SENDING, 2)
