"""The log of what was sent, sending again, and the alarm about what was given up."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.errors import NotAllowed, NotVisible
from notifications import jobs, services
from notifications.choices import Channel, Rule, State
from notifications.models import Delivery
from notifications.services.resending import NothingToSendAgain
from tests.conftest import Cast, sign_in
from tests.notifications.conftest import mails, open_task, tell


@pytest.fixture
def dead(cast: Cast) -> Delivery:
    """A mail to ben that was given up."""
    tell(open_task(cast))
    mails().update(state=State.DEAD, attempts=8, last_error="550 nobody", due_at=timezone.now())
    return mails().get()


def test_a_dead_mail_is_shown_and_sent_again_under_its_message_id(
    cast: Cast, dead: Delivery, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    client = sign_in(cast.adam)
    body = client.get(reverse("notifications:deliveries") + "?state=dead").content.decode()
    assert "550 nobody" in body
    assert "tasks.task" not in body
    assert f'<a href="/tasks/{dead.subject_id}/">' in body
    client.post(reverse("notifications:delivery-repetition", args=[dead.pk]))
    jobs.send_due()
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, len(mailoutbox)) == (State.SENT, 1, 1)
    assert mailoutbox[0].message()["Message-ID"] == dead.message_id


def test_only_who_manages_channels_sends_again_and_only_what_failed(cast: Cast, dead: Delivery) -> None:
    with pytest.raises(NotAllowed):
        services.send_again(by=cast.ana, delivery_id=dead.pk)
    with pytest.raises(NotVisible):
        services.send_again(by=cast.dan, delivery_id=dead.pk)
    services.send_again(by=cast.adam, delivery_id=dead.pk)
    with pytest.raises(NothingToSendAgain):
        services.send_again(by=cast.adam, delivery_id=dead.pk)


def test_administrators_hear_of_the_dead_once_a_day_and_not_when_all_were_sent(
    cast: Cast, dead: Delivery
) -> None:
    for _ in range(2):
        jobs.plan()
    alarms = Delivery.objects.filter(rule=Rule.DELIVERIES_DEAD, channel=Channel.INBOX)
    assert [alarm.recipient for alarm in alarms] == [cast.adam]
    jobs.fill_inboxes()
    assert cast.adam.inbox.get().path == reverse("notifications:deliveries")
    assert not cast.dan.inbox.exists()


def test_a_filter_that_says_nonsense_says_nothing(cast: Cast, dead: Delivery) -> None:
    page = sign_in(cast.adam).get(reverse("notifications:deliveries") + "?state=nonsense&channel=%00")
    assert page.status_code in (200, 400)


def test_the_log_names_what_its_lines_are_about_in_as_many_queries_however_long_it_is(cast: Cast) -> None:
    client, made = sign_in(cast.adam), []
    for number in (1, 2, 3):
        tell(open_task(cast, title=f"Task {number}"))
        with CaptureQueriesContext(connection) as queries:
            body = client.get(reverse("notifications:deliveries")).content.decode()
        assert [f">Task {each}</a>" in body for each in (1, 2, 3)] == [each <= number for each in (1, 2, 3)]
        made.append(len(queries))
    assert len(set(made)) == 1
