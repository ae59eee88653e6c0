"""Sending what is due: one message at a time per endpoint, several endpoints at once.

An endpoint is leased together with its next message, the one that was served longest ago first. The network is
waited for in threads that touch no database, so a slow receiver takes one of `SLOTS` and delays no other.
"""

import logging
import random
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from activity.models import Event
from common import outbound
from common.outbound import OutboundFailed
from common.secrets import SecretUnreadable, decrypt
from common.tenancy import across_organizations, acting_for
from notifications.choices import UNSENT, State, SwitchedOff
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.services import leasing
from notifications.services.webhooks import signing
from notifications.services.webhooks.endpoints import switch_off

logger = logging.getLogger(__name__)

SLOTS = 8
# Together with one slow answer below the soft time limit of a job; what is left is taken by the next run.
RUN_SECONDS = 40.0
LEASE = timedelta(seconds=60)
# The schedule that Standard Webhooks proposes: 5 s, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours; three days.
WAITS_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
TRIES = len(WAITS_SECONDS) + 1
# After failures in a row the whole endpoint rests: 5, 20, 80, 320, 1280 seconds, then half an hour.
FIRST_PAUSE_SECONDS, PAUSE_FACTOR, LONGEST_PAUSE_SECONDS = 5, 4, 1_800
FAILING_FOR = timedelta(days=5)
GONE = 410
LOOK_AGAIN_SECONDS = 1.0


class NotDelivered(Exception):  # noqa: N818 - named for what happened
    """The receiver did not take it; the message says why without its words."""


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the network."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or why there is none."""

    duration_ms: int
    status: int | None = None
    failure: str = ""
    retry_after_seconds: int = 0

    @property
    def reason(self) -> str:
        """For the log of the row."""
        return self.failure or f"HTTP {self.status}"


def send_webhooks() -> int:
    """Every due message has been tried; returns how many arrived. At least once; any number may run at once."""
    with across_organizations():
        leasing.find_lost(WebhookDelivery.objects.all(), tries=TRIES)
    arrived = 0
    until = time.monotonic() + RUN_SECONDS
    in_flight: dict[Future[Answer], WebhookDelivery] = {}
    with ThreadPoolExecutor(SLOTS, thread_name_prefix="webhook") as pool:
        while True:
            while time.monotonic() < until and len(in_flight) < SLOTS and (delivery := _claim()):
                request = _prepared(delivery)
                if request is not None:
                    in_flight[pool.submit(_send, request)] = delivery
            if not in_flight:
                return arrived
            done, _others = wait(in_flight, timeout=LOOK_AGAIN_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                arrived += _settle(in_flight.pop(future), future.result())


def _claim() -> WebhookDelivery | None:
    """The next message of the endpoint that was served longest ago; both are ours until the lease runs out."""
    free = Q(busy_until=None) | Q(busy_until__lt=Now())
    awake = Q(paused_until=None) | Q(paused_until__lte=Now())
    due = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state__in=UNSENT, due_at__lte=Now())
    with across_organizations(), transaction.atomic():
        endpoint = (
            WebhookEndpoint.objects.filter(free, awake, Exists(due), disabled_at=None)
            .order_by(F("served_at").asc(nulls_first=True), "id")
            .select_for_update(skip_locked=True)
            .first()
        )
        if endpoint is None:
            return None
        delivery = leasing.claim(endpoint.deliveries.all(), lease=LEASE)
        if delivery is not None:
            WebhookEndpoint.objects.filter(pk=endpoint.pk).update(busy_until=Now() + LEASE, served_at=Now())
        return delivery


def _prepared(delivery: WebhookDelivery) -> Request | None:
    """The signed request, written down before it is sent; None where there is nothing to send after all."""
    # Late, because the serializers of all apps are only needed where something is sent.
    from notifications.services.webhooks import payloads

    with acting_for(delivery.organization_id):
        try:
            endpoint = WebhookEndpoint.objects.select_related("owner__organization", "owner__user").get(
                pk=delivery.endpoint_id
            )
            if not endpoint.owner.is_active:
                _switch_off(delivery, endpoint, SwitchedOff.OWNER_LEFT)
                return None
            event = Event.objects.select_related("actor__user").get(pk=delivery.event_id)
            delivery.body = payloads.body_of(endpoint, event)
            return _signed(delivery, endpoint)
        except payloads.NotForThem:
            leasing.settle(delivery, state=State.DROPPED)
        except WebhookEndpoint.DoesNotExist:
            return None
        except SecretUnreadable as error:
            leasing.put_off(delivery, error, waits_seconds=WAITS_SECONDS)
        except Exception as error:  # noqa: BLE001 - a message that cannot be made must not stop the others
            leasing.put_off(delivery, error, waits_seconds=WAITS_SECONDS)
        _set_free(delivery)
        return None


def _signed(delivery: WebhookDelivery, endpoint: WebhookEndpoint) -> Request | None:
    delivery.signed_at = int(timezone.now().timestamp())
    delivery.signature = signing.signature(
        _keys(endpoint),
        message_id=delivery.message_id,
        signed_at=delivery.signed_at,
        body=delivery.body,
    )
    ours = WebhookDelivery.objects.filter(pk=delivery.pk, attempt_id=delivery.attempt_id)
    if not ours.update(
        body=delivery.body, signed_at=delivery.signed_at, signature=delivery.signature, tried_at=Now()
    ):
        return None
    return Request(endpoint.url, delivery.headers, delivery.body.encode())


def _keys(endpoint: WebhookEndpoint) -> list[str]:
    """The secret, and for a day after a change the former one."""
    keys = [decrypt(endpoint.secret)]
    if (
        endpoint.former_secret
        and endpoint.former_secret_until
        and endpoint.former_secret_until > timezone.now()
    ):
        keys.append(decrypt(endpoint.former_secret))
    return keys


def _send(request: Request) -> Answer:
    """In a thread of its own: no database here."""
    began = time.monotonic()
    try:
        outcome = outbound.post(request.url, body=request.body, headers=request.headers)
    except OutboundFailed as failed:
        return Answer(_ms_since(began), failure=failed.failure)
    return Answer(_ms_since(began), outcome.status, retry_after_seconds=outcome.retry_after_seconds or 0)


def _settle(delivery: WebhookDelivery, answer: Answer) -> bool:
    """What came back is written down for the message and for its endpoint; returns whether it arrived."""
    arrived = answer.status is not None and 200 <= answer.status < 300
    facts = {"last_status": answer.status, "failure": answer.failure, "duration_ms": answer.duration_ms}
    with acting_for(delivery.organization_id), transaction.atomic():
        if arrived:
            leasing.settle(delivery, state=State.SENT, sent_at=Now(), last_error="", **facts)
            _rested(delivery)
            return True
        WebhookDelivery.objects.filter(pk=delivery.pk, attempt_id=delivery.attempt_id).update(**facts)
        if answer.status == GONE:
            leasing.settle(delivery, state=State.DROPPED, last_error=answer.reason)
        else:
            leasing.put_off(
                delivery,
                NotDelivered(answer.reason),
                waits_seconds=WAITS_SECONDS,
                least_seconds=answer.retry_after_seconds,
            )
        _failed(delivery, answer)
    return False


def _rested(delivery: WebhookDelivery) -> None:
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(
        busy_until=None, failing_since=None, failures=0, paused_until=None
    )


def _failed(delivery: WebhookDelivery, answer: Answer) -> None:
    """The endpoint rests for a while, or is switched off where it is gone or has failed for days."""
    endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=delivery.endpoint_id).first()
    if endpoint is None:
        return
    pause = min(FIRST_PAUSE_SECONDS * PAUSE_FACTOR ** min(endpoint.failures, 9), LONGEST_PAUSE_SECONDS)
    jitter = random.uniform(0.75, 1.0)  # noqa: S311 - spreads load, guards nothing
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        busy_until=None,
        failures=endpoint.failures + 1,
        failing_since=Coalesce("failing_since", Now()),
        paused_until=Now() + timedelta(seconds=max(pause * jitter, answer.retry_after_seconds)),
    )
    if endpoint.disabled_at is not None:
        return
    if answer.status == GONE:
        switch_off(endpoint, SwitchedOff.GONE, by=None)
    elif endpoint.failing_since and timezone.now() - endpoint.failing_since > FAILING_FOR:
        switch_off(endpoint, SwitchedOff.FAILING, by=None)


@transaction.atomic
def _switch_off(delivery: WebhookDelivery, endpoint: WebhookEndpoint, reason: SwitchedOff) -> None:
    leasing.settle(delivery, state=State.DROPPED)
    _set_free(delivery)
    switch_off(endpoint, reason, by=None)


def _set_free(delivery: WebhookDelivery) -> None:
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(busy_until=None)


def _ms_since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
