"""Who has left is told nothing more, and what was theirs is told to whoever answers for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db.models.functions import Now
from django.utils import timezone

from feedback.models import FeedbackItem
from notifications import jobs, services
from notifications.choices import Channel, Rule, State, Timing
from notifications.models import Delivery
from people import services as people
from people.models import Membership, TeamMembership
from tests.conftest import Cast
from tests.notifications.conftest import due_goal, mails, open_task, tell

Mailbox = list[EmailMultiAlternatives]


def leaves(cast: Cast, member: Membership) -> None:
    people.deactivate(by=cast.adam, membership_id=member.pk)


def told(rule: Rule) -> list[str]:
    """Who has a mail of the rule planned, by name."""
    found = mails().filter(rule=rule).select_related("recipient__user")
    return sorted(each.recipient.user.name for each in found if each.recipient)


def long_ago(cast: Cast) -> Any:
    return timezone.localdate(timezone=cast.organization.zone) - timedelta(days=20)


def test_who_has_left_gets_no_mail_no_digest_and_nothing_in_the_inbox(
    cast: Cast, mailoutbox: Mailbox
) -> None:
    tell(open_task(cast))
    services.set_preferences(by=cast.ben, timings={(Rule.TASK_OVERDUE, Channel.EMAIL): Timing.DAILY})
    open_task(cast, due_on=long_ago(cast))
    jobs.plan()
    Delivery.objects.update(due_at=Now())
    leaves(cast, cast.ben)
    jobs.send_due()
    jobs.fill_inboxes()
    assert [mail.to for mail in mailoutbox if "ben@example.test" in mail.to] == []
    assert not cast.ben.inbox.exists()
    assert set(Delivery.objects.filter(recipient=cast.ben).values_list("state", flat=True)) == {State.DROPPED}


def test_the_lead_is_reminded_of_what_was_theirs_once_and_reads_why(cast: Cast, mailoutbox: Mailbox) -> None:
    open_task(cast, due_on=long_ago(cast))
    goal = due_goal(cast, owner=cast.ben)
    item = FeedbackItem.objects.create(
        organization=cast.organization,
        subject="Late parcel",
        assignee=cast.ben,
        reply_due_at=timezone.now() - timedelta(hours=1),
    )
    leaves(cast, cast.ben)
    for _ in range(2):
        jobs.plan()
    for rule in (Rule.TASK_OVERDUE, Rule.REVIEW_DUE, Rule.SLA_BREACHED):
        assert told(rule) == ["Ana"], rule
    assert told(Rule.ESCALATED) == [], "the same person need not hear of it twice"
    mails().update(wanted_at=Now())
    jobs.send_due()
    words = " ".join(str(mail.body) for mail in mailoutbox if mail.to == ["ana@example.test"])
    assert "of Ben was due" in words
    assert "Ben is no longer here" in words
    assert "your task" not in words
    assert goal.name in words
    assert item.subject in words


def test_without_a_lead_the_managers_are_reminded(cast: Cast) -> None:
    TeamMembership.objects.filter(is_lead=True).update(is_lead=False)
    open_task(cast, due_on=long_ago(cast))
    leaves(cast, cast.ben)
    jobs.plan()
    assert told(Rule.TASK_OVERDUE) == ["Ana"]


def test_what_was_planned_for_them_goes_on_to_the_lead(cast: Cast) -> None:
    open_task(cast, due_on=long_ago(cast))
    jobs.plan()
    assert Delivery.objects.filter(rule=Rule.TASK_OVERDUE, recipient=cast.ana).count() == 0
    leaves(cast, cast.ben)
    jobs.plan()
    assert told(Rule.TASK_OVERDUE) == ["Ana", "Ben"]
    jobs.send_due()
    states = {each.recipient_id: each.state for each in mails().filter(rule=Rule.TASK_OVERDUE)}
    assert states == {cast.ben.pk: State.DROPPED, cast.ana.pk: State.SENT}


@pytest.mark.parametrize("what", ["handed on", "back"])
def test_the_leads_reminder_ends_when_somebody_has_the_task(
    cast: Cast, mailoutbox: Mailbox, what: str
) -> None:
    task = open_task(cast, due_on=long_ago(cast))
    leaves(cast, cast.ben)
    jobs.plan()
    if what == "back":
        people.reactivate(by=cast.adam, membership_id=cast.ben.pk)
    else:
        task.assignee = cast.cleo
        task.save()
    jobs.send_due()
    assert [mail.to for mail in mailoutbox if "Overdue" in mail.subject] == []
