"""An event reaches the systems that asked for it, signed, once each."""

import pytest
from django.db.models.functions import Now
from standardwebhooks.webhooks import Webhook

from common import secrets
from notifications.choices import State
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.services import webhooks
from notifications.services.webhooks.sending import send_webhooks
from people.models import Membership
from tasks import services as tasks
from tests.conftest import Cast
from tests.secrets.database import tables_that_tell
from tests.webhooks.conftest import add_endpoint, open_task, say, tell
from tests.webhooks.receiver import Receiver


def test_an_event_arrives_signed_with_the_task_as_the_api_tells_it(cast: Cast, receiver: Receiver) -> None:
    _endpoint, secret = add_endpoint(cast.adam, receiver.url, "task.created")
    task = open_task(cast.ana, "致电客户")
    tell()
    assert send_webhooks() == 1
    (taken,) = receiver.taken
    payload = Webhook(secret).verify(taken.body, taken.headers)
    delivery = WebhookDelivery.objects.get()
    assert taken.headers["webhook-id"] == f"evt_{delivery.event_id}"
    assert taken.headers["content-type"] == "application/json"
    assert (payload["type"], payload["version"]) == ("task.created", "1")
    assert payload["timestamp"] == delivery.event.occurred_at.isoformat().replace("+00:00", "Z")
    assert payload["data"]["actor"] == {"id": cast.ana.pk, "name": "Ana"}
    assert payload["data"]["subject"] == {"type": "task", "id": task.pk}
    assert payload["data"]["object"]["title"] == "致电客户"
    assert (delivery.state, delivery.attempts, delivery.last_status) == (State.SENT, 1, 204)
    assert delivery.body == taken.body


def test_the_secret_is_nowhere_in_the_database_as_it_is(cast: Cast, receiver: Receiver) -> None:
    endpoint, secret = add_endpoint(cast.adam, receiver.url)
    assert tables_that_tell(secret) == []
    _endpoint, newer = webhooks.rotate_secret(by=cast.adam, endpoint_id=endpoint.pk)
    open_task(cast.ana)
    tell()
    send_webhooks()
    assert receiver.taken
    for each in (secret, newer):
        assert tables_that_tell(each) == []
        assert tables_that_tell(each.removeprefix("whsec_")) == []


def test_a_rotation_of_the_encryption_key_takes_the_webhooks_along(
    cast: Cast, endpoint: WebhookEndpoint, settings: object
) -> None:
    settings.ENCRYPTION_KEYS = ("newer-key-" + "n2" * 20,)
    assert secrets.rotate().changed == 1
    endpoint.refresh_from_db()
    assert secrets.is_newest(endpoint.secret)


def test_only_what_was_asked_for_is_sent(cast: Cast, receiver: Receiver) -> None:
    add_endpoint(cast.adam, receiver.url, "task.status_changed", "goal.*")
    task = open_task(cast.ana)
    tasks.change_status(by=cast.ana, task_id=task.pk, status="done")
    for verb in ("goal.created", "goal.closed", "kpi.created"):
        say(cast, verb)
    tell()
    send_webhooks()
    assert receiver.types == ["task.status_changed", "goal.created", "goal.closed"]


def test_another_organizations_events_are_not_told(cast: Cast, receiver: Receiver) -> None:
    add_endpoint(cast.dan, receiver.url)
    open_task(cast.ana)
    tell()
    send_webhooks()
    assert not {"task.created"} & set(receiver.types)


def test_events_from_before_a_webhook_was_added_are_not_told(cast: Cast, receiver: Receiver) -> None:
    open_task(cast.ana)
    endpoint, _secret = add_endpoint(cast.adam, receiver.url)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(listens_since=_a_moment_later())
    tell()
    assert not WebhookDelivery.objects.exists()


def _a_moment_later() -> object:
    from datetime import timedelta

    return Now() + timedelta(seconds=1)


def test_telling_the_follower_twice_plans_one_delivery(cast: Cast, endpoint: WebhookEndpoint) -> None:
    open_task(cast.ana)
    tell()
    events = [delivery.event for delivery in WebhookDelivery.objects.all()]
    webhooks.plan_webhooks(events)
    assert WebhookDelivery.objects.count() == 1


def test_sending_twice_notifications_send_webhooks_sends_once(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    open_task(cast.ana)
    tell()
    assert [send_webhooks(), send_webhooks()] == [1, 0]
    assert len(receiver.taken) == 1


def test_messages_of_one_endpoint_arrive_in_order_while_nothing_fails(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    titles = [f"Task {number}" for number in range(12)]
    for title in titles:
        open_task(cast.ana, title)
    tell()
    send_webhooks()
    assert [taken.payload["data"]["object"]["title"] for taken in receiver.taken] == titles


def test_a_deleted_task_is_told_without_the_task(cast: Cast, receiver: Receiver) -> None:
    add_endpoint(cast.adam, receiver.url, "task.*")
    task = open_task(cast.ana)
    tasks.delete_task(by=cast.ana, task_id=task.pk, version=task.version)
    tell()
    send_webhooks()
    assert receiver.types == ["task.created", "task.deleted"]
    assert [taken.payload["data"]["object"] for taken in receiver.taken] == [None, None]


def test_a_change_of_secret_signs_with_both_for_a_day(cast: Cast, receiver: Receiver) -> None:
    endpoint, former = add_endpoint(cast.adam, receiver.url)
    _endpoint, secret = webhooks.rotate_secret(by=cast.adam, endpoint_id=endpoint.pk)
    open_task(cast.ana)
    tell()
    send_webhooks()
    taken = receiver.taken[-1]
    for each in (former, secret):
        Webhook(each).verify(taken.body, taken.headers)
    WebhookEndpoint.objects.update(former_secret_until=Now())
    webhooks.ping_endpoint(by=cast.adam, endpoint_id=endpoint.pk)
    tell()
    send_webhooks()
    assert len(receiver.taken[-1].headers["webhook-signature"].split()) == 1


def test_a_test_goes_through_the_outbox_to_this_webhook_alone(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    add_endpoint(cast.adam, receiver.url.replace("hooks", "other"))
    webhooks.ping_endpoint(by=cast.adam, endpoint_id=endpoint.pk)
    tell()
    send_webhooks()
    pings = [taken for taken in receiver.taken if taken.payload["type"] == "webhook.pinged"]
    assert [taken.path for taken in pings] == ["/hooks"]


@pytest.mark.parametrize("gone", ["deactivated"])
def test_a_webhook_whose_owner_has_left_is_switched_off(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver, gone: str
) -> None:
    Membership.objects.filter(pk=cast.adam.pk).update(is_active=False)
    open_task(cast.ana)
    tell()
    assert send_webhooks() == 0
    endpoint.refresh_from_db()
    assert (endpoint.disabled_reason, receiver.taken) == ("owner_left", [])
