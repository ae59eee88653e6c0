"""However many senders run, each mail goes out once."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from notifications.choices import State
from notifications.models import Delivery
from notifications.services import plan_reminders, send_due
from tests.conftest import create_cast
from tests.harness.mail import MailServer
from tests.notifications.conftest import due_goal, mails

SENDERS = 4


def at_once(work: Callable[[], object]) -> None:
    """The same work in several threads, each with its own connection, started together."""
    start = threading.Barrier(SENDERS)

    def run() -> None:
        try:
            start.wait(10)
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_four_planners_and_senders_at_once_send_each_reminder_once(mail: MailServer) -> None:
    cast = create_cast()
    goals = [due_goal(cast) for _ in range(12)]
    at_once(plan_reminders)
    # As if they were due now: what is late goes out together.
    Delivery.objects.update(wanted_at=timezone.now())
    at_once(send_due)
    assert set(mails().values_list("state", "attempts")) == {(State.SENT, 1)}
    assert len(mail.messages) == len(goals)
    assert len({message["Message-ID"] for message in mail.messages}) == len(goals)
