"""What is due is sent once; what has become pointless is not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from goals.choices import Status as GoalStatus
from goals.models import Goal
from notifications import jobs
from notifications.choices import State
from notifications.models import Delivery
from people.models import Membership, User
from tasks.choices import Status as TaskStatus
from tasks.models import Task
from tests.conftest import Cast
from tests.notifications.conftest import assigned_delivery, open_task

Mailbox = list[EmailMultiAlternatives]


def test_send_due_twice_sends_one_mail(reminder: Callable[..., Delivery], mailoutbox: Mailbox) -> None:
    delivery = reminder()
    jobs.send_due()
    jobs.send_due()
    delivery.refresh_from_db()
    assert len(mailoutbox) == 1
    assert (delivery.state, delivery.attempts, delivery.lease_until) == (State.SENT, 1, None)
    assert delivery.sent_at is not None


def test_what_is_due_later_waits(reminder: Callable[..., Delivery], mailoutbox: Mailbox) -> None:
    delivery = reminder()
    Delivery.objects.update(due_at=timezone.now() + timedelta(hours=1))
    jobs.send_due()
    delivery.refresh_from_db()
    assert (len(mailoutbox), delivery.state, delivery.attempts) == (0, State.PENDING, 0)


@pytest.mark.parametrize(
    "change", ["goal closed", "goal reviewed", "goal handed on", "member left", "user left"]
)
def test_a_pointless_reminder_is_dropped(
    cast: Cast, reminder: Callable[..., Delivery], mailoutbox: Mailbox, change: str
) -> None:
    delivery = reminder()
    goal = Goal.objects.filter(pk=delivery.subject_id)
    match change:
        case "goal closed":
            goal.update(status=GoalStatus.CLOSED, closed_at=timezone.now())
        case "goal reviewed":
            goal.update(next_review_on=timezone.now().date() + timedelta(days=14))
        case "goal handed on":
            goal.update(owner=cast.ben)
        case "member left":
            Membership.objects.filter(pk=cast.ana.pk).update(is_active=False)
        case "user left":
            User.objects.filter(pk=cast.ana.user_id).update(is_active=False)
    jobs.send_due()
    delivery.refresh_from_db()
    assert (len(mailoutbox), delivery.state, delivery.sent_at) == (0, State.DROPPED, None)


@pytest.mark.parametrize("change", ["done", "handed on", "deleted"])
def test_a_pointless_notice_is_dropped(cast: Cast, mailoutbox: Mailbox, change: str) -> None:
    task = open_task(cast)
    delivery = assigned_delivery(task)
    match change:
        case "done":
            Task.objects.update(status=TaskStatus.DONE, closed_at=timezone.now())
        case "handed on":
            Task.objects.update(assignee=cast.cleo)
        case "deleted":
            task.delete()
    jobs.send_due()
    delivery.refresh_from_db()
    assert (len(mailoutbox), delivery.state) == (0, State.DROPPED)
