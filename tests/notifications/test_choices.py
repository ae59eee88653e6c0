"""What people chose holds when a message is sent, even where they chose it after it was planned."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db.models.functions import Now
from django.utils import timezone

from common.errors import InvalidInput
from notifications import jobs, services
from notifications.choices import Channel, Rule, State, Timing
from notifications.models import Delivery, Preference
from people.models import Membership
from tasks.models import Task
from tests.conftest import Cast
from tests.notifications.conftest import mails, open_task, tell

Mailbox = list[EmailMultiAlternatives]


def choose(member: Membership, timing: Timing, channel: Channel = Channel.EMAIL) -> None:
    services.set_preferences(by=member, timings={(Rule.TASK_ASSIGNED, channel): timing})


def night_of(member: Membership) -> None:
    """It is the middle of the person's quiet hours."""
    now = timezone.now().astimezone(member.organization.zone)
    start, end = (now - timedelta(hours=2)).time(), (now + timedelta(hours=2)).time()
    services.set_preferences(by=member, quiet_from=start, quiet_until=end)


def test_what_is_not_wanted_is_written_down_and_not_mailed(cast: Cast, mailoutbox: Mailbox) -> None:
    choose(cast.ben, Timing.OFF)
    tell(open_task(cast))
    jobs.send_due()
    jobs.fill_inboxes()
    assert mailoutbox == []
    assert mails().get().state == State.DROPPED
    assert cast.ben.inbox.count() == 1


def test_wanting_it_later_brings_no_old_mails(cast: Cast, mailoutbox: Mailbox) -> None:
    choose(cast.ben, Timing.OFF)
    task = open_task(cast)
    tell(task)
    choose(cast.ben, Timing.AT_ONCE)
    tell(task)
    jobs.send_due()
    assert mailoutbox == []


def test_switched_off_after_planning_it_is_not_mailed(cast: Cast, mailoutbox: Mailbox) -> None:
    tell(open_task(cast))
    choose(cast.ben, Timing.OFF)
    jobs.send_due()
    assert (mailoutbox, mails().get().state) == ([], State.DROPPED)


def test_quiet_hours_that_began_after_planning_put_it_off_without_a_try(
    cast: Cast, mailoutbox: Mailbox
) -> None:
    tell(open_task(cast))
    night_of(cast.ben)
    jobs.send_due()
    delivery = mails().get()
    assert (mailoutbox, delivery.state, delivery.attempts) == ([], State.PENDING, 0)
    left = delivery.due_at - timezone.now()
    assert timedelta(hours=1, minutes=50) < left <= timedelta(hours=2)
    Preference.objects.update(quiet_from=None, quiet_until=None)
    Delivery.objects.update(due_at=Now())
    jobs.send_due()
    assert len(mailoutbox) == 1


def test_in_quiet_hours_the_inbox_is_filled_all_the_same(cast: Cast) -> None:
    night_of(cast.ben)
    tell(open_task(cast))
    jobs.fill_inboxes()
    assert cast.ben.inbox.count() == 1


def test_a_digest_chosen_after_planning_takes_it_in(cast: Cast, mailoutbox: Mailbox) -> None:
    tell(open_task(cast))
    choose(cast.ben, Timing.DAILY)
    jobs.send_due()
    delivery = mails().get()
    assert (mailoutbox, delivery.timing, delivery.attempts) == ([], Timing.DAILY, 0)
    assert delivery.due_at > timezone.now()


def test_a_digest_is_one_mail_that_names_everything_that_still_matters(
    cast: Cast, mailoutbox: Mailbox
) -> None:
    choose(cast.ben, Timing.DAILY)
    for title in ("Order ink", "Call back", "Count stock"):
        tell(open_task(cast, title=title), due_at=Now())
    tell(open_task(cast, assignee=cast.cleo, title="Not Ben's"))
    Task.objects.filter(title="Count stock").update(status="done", closed_at=timezone.now())
    jobs.send_due()
    jobs.send_due()
    (digest,) = [mail for mail in mailoutbox if mail.to == ["ben@example.test"]]
    html = str(digest.alternatives[0][0])
    assert digest.subject == "2 messages from opsteam"
    for body in (digest.body, html):
        assert "Order ink" in body
        assert "Call back" in body
        assert "Count stock" not in body
        assert "Not Ben" not in body
        assert "could not send" not in body
    states = mails().filter(recipient=cast.ben).values_list("state", flat=True)
    assert sorted(states) == [State.DROPPED, State.SENT, State.SENT]


def test_a_digest_that_failed_goes_again_as_the_same_mail_and_what_came_since_as_another(
    cast: Cast, mail: Any
) -> None:
    choose(cast.ben, Timing.DAILY)
    for title in ("Order ink", "Call back"):
        tell(open_task(cast, title=title), due_at=Now())
    mail.hangs_up_after_taking = True
    jobs.send_due()
    mail.hangs_up_after_taking = False
    tell(open_task(cast, title="Count stock"), due_at=Now())
    mails().update(due_at=Now())
    jobs.send_due()
    first, again, other = [message["Message-ID"] for message in mail.messages]
    assert first == again != other
    assert "Count stock" in mail.messages[2].get_body().get_content()
    assert "Count stock" not in mail.messages[1].get_body().get_content()


def test_what_waited_through_an_outage_is_one_mail_that_says_so(cast: Cast, mailoutbox: Mailbox) -> None:
    late = timezone.now() - timedelta(hours=5)
    for number in range(30):
        tell(open_task(cast, title=f"Task {number}"), wanted_at=late, due_at=late)
    jobs.send_due()
    (message,) = mailoutbox
    assert message.subject == "30 messages from opsteam"
    assert "could not send for a while" in message.body
    assert "Task 29" in message.body
    assert set(mails().values_list("state", flat=True)) == {State.SENT}


def test_what_is_due_now_is_not_held_back_for_company(cast: Cast, mailoutbox: Mailbox) -> None:
    for _ in range(2):
        tell(open_task(cast))
    jobs.send_due()
    assert len(mailoutbox) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"timings": {("tasks.assigned", "pigeon"): "at_once"}},
        {"timings": {("nothing", "email"): "at_once"}},
        {"timings": {("tasks.assigned", "inbox"): "daily"}},
        {"timings": {("people.password_reset", "email"): "off"}},
        {"time_zone": "Mars/Olympus"},
        {"digest_hour": 24},
        {"quiet_from": time(22)},
    ],
)
def test_wrong_choices_are_refused_and_change_nothing(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        services.set_preferences(by=cast.ben, **wrong)
    assert not Preference.objects.exists()
    assert not cast.ben.rule_preferences.exists()
