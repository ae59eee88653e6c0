"""However many senders run, each mail goes out once."""

import threading

import pytest
from django.db import connection

from notifications.choices import State
from notifications.models import Delivery
from notifications.services import plan_review_reminders, send_due
from tests.conftest import create_cast
from tests.harness.mail import MailServer
from tests.notifications.conftest import due_goal

SENDERS = 4


@pytest.mark.django_db(transaction=True)
def test_four_planners_and_senders_at_once_send_each_reminder_once(mail: MailServer) -> None:
    cast = create_cast()
    goals = [due_goal(cast) for _ in range(12)]
    start = threading.Barrier(SENDERS)

    def run() -> None:
        try:
            start.wait(10)
            plan_review_reminders()
            send_due()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
    assert len(mail.messages) == len(goals)
    assert len({message["Message-ID"] for message in mail.messages}) == len(goals)
