"""The jobs of webhooks, run twice, at once, and by a real row's age."""

import threading
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.models.functions import Now

from activity import services as activity
from notifications.choices import State
from notifications.jobs import send_webhooks
from notifications.models import WebhookDelivery, WebhookEndpoint
from opsteam.operating.retention import forget_old
from opsteam.schedule import EVERY_SECONDS
from tests.conftest import Cast, create_cast
from tests.webhooks.conftest import add_endpoint, open_task, tell
from tests.webhooks.receiver import Receiver, receiving


@pytest.mark.django_db(transaction=True)
def test_sending_twice_at_once_sends_every_message_once(receiver: Receiver, settings: LazySettings) -> None:
    """The jobs notifications.send_webhooks and activity.tell_followers, each twice in parallel."""
    cast = create_cast()
    with receiving() as other:
        for url in (receiver.url, other.url):
            add_endpoint(cast.adam, url, "task.created")
        for _task in range(15):
            open_task(cast.ana)
        _both_at_once(activity.tell_followers)
        _both_at_once(send_webhooks)
        ids = [taken.headers["webhook-id"] for taken in receiver.taken]
        assert len(ids) == len(set(ids)) == len(other.taken) == 15
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
    assert set(WebhookEndpoint.objects.values_list("busy_until", flat=True)) == {None}


def _both_at_once(job: object) -> None:
    together = threading.Barrier(2)

    def run() -> None:
        together.wait()
        job()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_only_what_is_old_and_over_is_dropped_from_the_log(cast: Cast, endpoint: WebhookEndpoint) -> None:
    for _task in range(4):
        open_task(cast.ana)
    tell()
    old, waiting, recent, dead = WebhookDelivery.objects.order_by("id")
    states = {old: State.SENT, waiting: State.PENDING, recent: State.SENT, dead: State.DEAD}
    for delivery, state in states.items():
        age = timedelta(days=1 if delivery == recent else 31)
        WebhookDelivery.objects.filter(pk=delivery.pk).update(state=state, created_at=Now() - age)
    forget_old()
    assert set(WebhookDelivery.objects.all()) == {waiting, recent}


def test_the_sweep_is_on_the_schedule() -> None:
    assert EVERY_SECONDS["notifications.send_webhooks"] <= 60
