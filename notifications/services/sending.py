"""Mailing what is due: claim and commit, send, write down what came of it."""

import time
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.db.models.functions import Now

from common.tenancy import acting_for
from notifications import channels, selectors
from notifications.choices import Channel, State
from notifications.models import Delivery
from notifications.selectors import Letter
from notifications.services import leasing
from notifications.services.batching import claim_together
from notifications.services.wanting import still_wanted

# Below the soft time limit of a job; what is left is taken by the next run.
RUN_SECONDS = 40.0


def send_due() -> int:
    """Every due mail has been tried; returns how many deliveries were sent.

    At least once: a sender that dies after the mail server took the message leaves it `uncertain`, and it is
    sent again under the same Message-ID. Any number may run at once. A mail server that does not answer ends
    the run; one refused recipient does not.
    """
    rows = Delivery.objects.filter(channel=Channel.EMAIL)
    leasing.find_lost(rows)
    sent = 0
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        claimed = claim_together(rows)
        if claimed is None:
            break
        if not claimed:
            continue
        with acting_for(claimed[0].organization_id):
            try:
                sent += _send(claimed)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the rows say when to try again
                for delivery in claimed:
                    leasing.put_off(delivery, error)
                if _is_unreachable(error):
                    break
    return sent


def _send(claimed: list[Delivery]) -> int:
    """One mail with all of it that is still wanted and not pointless; returns how many deliveries that were."""
    letters = [letter for delivery in still_wanted(claimed) if (letter := _letter(delivery)) is not None]
    if not letters:
        return 0
    first = letters[0].delivery
    if first.batch is None:
        channels.send_email(letters[0], message_id=first.message_id)
    else:
        channels.send_digest(letters, batch=first.batch)
    for letter in letters:
        leasing.settle(letter.delivery, state=State.SENT, sent_at=Now())
    return len(letters)


def _letter(delivery: Delivery) -> Letter | None:
    """The letter; without one the delivery is settled. One that cannot be written holds up no other of its batch."""
    try:
        letter = selectors.letter_for(delivery)
    except Exception as error:  # noqa: BLE001 - as above
        leasing.put_off(delivery, error)
        Delivery.objects.filter(pk=delivery.pk).update(batch=None)
        return None
    if letter is None:
        leasing.settle(delivery, state=State.DROPPED)
    return letter


def _is_unreachable(error: Exception) -> bool:
    """True where the mail server did not answer; a refused message is an answer, a bug of ours neither."""
    return isinstance(error, OSError) and not isinstance(error, SMTPResponseException | SMTPRecipientsRefused)
