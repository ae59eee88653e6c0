"""Sending what is due: claim and commit, send, write down what came of it."""

import logging
import random
import time
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Now

from notifications import channels, selectors
from notifications.choices import UNSENT, State
from notifications.models import Delivery

logger = logging.getLogger(__name__)

TRIES = 8
# Longer than one send takes with a slow mail server; on the database's clock.
LEASE = timedelta(seconds=60)
# Below the soft time limit of a job; what is left is taken by the next run.
RUN_SECONDS = 40.0
# 1, 3, 9, 27, 81, 243 and 720 minutes: a mail server may be away for half a day.
FIRST_WAIT_SECONDS, WAIT_FACTOR, LONGEST_WAIT_SECONDS = 60, 3, 43_200
LOST = "The sender ended before it could say whether it had sent this."


def send_due() -> int:
    """Every due delivery has been tried; returns how many were sent.

    At least once: a sender that dies after the mail server took the message leaves it `uncertain`, and it is
    sent again under the same Message-ID. Any number may run at once. A mail server that does not answer ends
    the run; one refused recipient does not.
    """
    _find_lost_leases()
    sent = 0
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline and (delivery := _claim()):
        try:
            state = _send(delivery)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the row says when to try again
            _put_off(delivery, error)
            if _is_unreachable(error):
                break
        else:
            _settle(delivery, state=state, sent_at=Now() if state == State.SENT else None)
            sent += state == State.SENT
    return sent


def _is_unreachable(error: Exception) -> bool:
    """True where the mail server did not answer; a refused message is an answer, a bug of ours neither."""
    return isinstance(error, OSError) and not isinstance(error, SMTPResponseException | SMTPRecipientsRefused)


def _find_lost_leases() -> None:
    lost = Delivery.objects.filter(state=State.SENDING, lease_until__lt=Now())
    given_up = lost.filter(attempts__gte=TRIES).update(state=State.DEAD, last_error=LOST)
    lost.update(state=State.UNCERTAIN, last_error=LOST)
    if given_up:
        logger.error("notifications.deliveries_dead", extra={"count": given_up})


@transaction.atomic
def _claim() -> Delivery | None:
    """One due delivery is ours until its lease runs out; None where nothing is due that nobody else has."""
    delivery = (
        Delivery.objects.filter(state__in=UNSENT, due_at__lte=Now())
        .order_by("due_at", "id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if delivery is not None:
        delivery.attempt_id = uuid4()
        delivery.attempts += 1
        Delivery.objects.filter(pk=delivery.pk).update(
            state=State.SENDING,
            attempt_id=delivery.attempt_id,
            attempts=delivery.attempts,
            lease_until=Now() + LEASE,
        )
    return delivery


def _send(delivery: Delivery) -> State:
    letter = selectors.letter_for(delivery)
    if letter is None:
        return State.DROPPED
    channels.send_email(letter, message_id=delivery.message_id)
    return State.SENT


def _put_off(delivery: Delivery, error: Exception) -> None:
    reason = f"{type(error).__name__}: {error}"[:300]
    facts = {"delivery": delivery.pk, "attempt": delivery.attempts, "error": type(error).__name__}
    if delivery.attempts >= TRIES:
        _settle(delivery, state=State.DEAD, last_error=reason)
        logger.error("notifications.delivery_dead", extra=facts)
        return
    logger.warning("notifications.send_failed", extra=facts, exc_info=not isinstance(error, OSError))
    wait = min(FIRST_WAIT_SECONDS * WAIT_FACTOR ** (delivery.attempts - 1), LONGEST_WAIT_SECONDS)
    jitter = random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
    _settle(delivery, state=State.PENDING, last_error=reason, due_at=Now() + timedelta(seconds=wait * jitter))


def _settle(delivery: Delivery, **outcome: Any) -> None:
    """Only the present holder of the claim may say what came of it."""
    ours = Delivery.objects.filter(pk=delivery.pk, attempt_id=delivery.attempt_id)
    if not ours.update(lease_until=None, **outcome):
        logger.warning("notifications.lease_was_lost", extra={"delivery": delivery.pk})
