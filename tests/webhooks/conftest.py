"""A webhook of adam's, and what happens in his organization."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db.models.functions import Now

from activity.models import Event
from activity.services import record
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.services import webhooks
from people.models import Membership
from tasks import services as tasks
from tasks.models import Task
from tests.conftest import Cast
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(settings: LazySettings) -> None:
    settings.OUTBOUND_HTTP = True
    settings.OUTBOUND_PRIVATE = ("127.0.0.0/8",)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Another system that takes webhooks."""
    with receiving() as server:
        yield server


def add_endpoint(by: Membership, url: str, *event_types: str) -> tuple[WebhookEndpoint, str]:
    """A webhook of the member's and its secret; it wants everything unless told."""
    endpoint, secret = webhooks.create_endpoint(by=by, url=url, event_types=event_types or ["*"])
    # The transaction of a test begins before everything in it.
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(listens_since=Now() - timedelta(minutes=1))
    return endpoint, secret


@pytest.fixture
def endpoint(cast: Cast, receiver: Receiver) -> WebhookEndpoint:
    """A webhook of adam's that wants everything about tasks."""
    return add_endpoint(cast.adam, receiver.url, "task.*")[0]


def open_task(by: Membership, title: str = "Call the customer back") -> Task:
    """A new task, as the service makes it."""
    return tasks.create_task(by=by, title=title)


def tell() -> None:
    """The follower hears of everything in the log that it has not planned; a test's transaction stays open."""
    planned = WebhookDelivery.objects.values("event")
    webhooks.plan_webhooks(list(Event.objects.exclude(pk__in=planned).order_by("id")))


def say(cast: Cast, verb: str, subject: Any = None) -> Event:
    """An event in the log of the cast's organization."""
    return record(verb, subject=subject or cast.support, organization_id=cast.organization.pk, by=cast.ana)


def make_due() -> None:
    """As if all waits were over."""
    WebhookDelivery.objects.update(due_at=Now() - timedelta(seconds=1))
    WebhookEndpoint.objects.update(paused_until=None)
