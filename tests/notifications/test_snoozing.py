"""Being reminded later: not before, and then once."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from common.errors import InvalidInput, NotVisible
from notifications import jobs, services
from notifications.choices import Rule, State
from notifications.models import Delivery, Snooze
from tests.conftest import Cast, sign_in
from tests.notifications.conftest import mails, open_task, plan_and_fill


def overdue(cast: Cast) -> Delivery:
    """The mail to ben about a task of his that has been overdue for weeks."""
    day = timezone.localdate(timezone=cast.organization.zone) - timedelta(days=25)
    open_task(cast, due_on=day)
    jobs.plan()
    return mails().get(rule=Rule.TASK_OVERDUE)


def to_ben(mailoutbox: list[Any]) -> int:
    """How many mails he got; his lead hears of the task as well."""
    return sum(message.to == ["ben@example.test"] for message in mailoutbox)


def end_of(snooze: Snooze) -> None:
    Snooze.objects.filter(pk=snooze.pk).update(until=timezone.now() - timedelta(seconds=1))


def test_a_snoozed_reminder_comes_once_when_its_time_is_over(cast: Cast, mailoutbox: list[Any]) -> None:
    delivery = overdue(cast)
    snooze = services.snooze(by=cast.ben, delivery_id=delivery.pk, until=timezone.now() + timedelta(hours=1))
    jobs.plan()
    jobs.send_due()
    delivery.refresh_from_db()
    assert (to_ben(mailoutbox), delivery.state) == (0, State.DROPPED)
    end_of(snooze)
    for _ in range(2):
        jobs.plan()
        jobs.send_due()
    assert to_ben(mailoutbox) == 1
    assert mails().filter(rule=Rule.TASK_OVERDUE).count() == 2


def test_a_second_snooze_brings_a_third_reminder(cast: Cast, mailoutbox: list[Any]) -> None:
    delivery = overdue(cast)
    jobs.send_due()
    for minutes in (10, 20):
        end_of(
            services.snooze(
                by=cast.ben, delivery_id=delivery.pk, until=timezone.now() + timedelta(minutes=minutes)
            )
        )
        Snooze.objects.update(until=timezone.now() - timedelta(minutes=40 - minutes))
        jobs.plan()
        jobs.send_due()
    assert to_ben(mailoutbox) == 3


def test_other_people_are_still_reminded(cast: Cast) -> None:
    delivery = overdue(cast)
    services.snooze(by=cast.ben, delivery_id=delivery.pk, until=timezone.now() + timedelta(days=1))
    Snooze.objects.update(membership=cast.cleo)
    Delivery.objects.all().delete()
    jobs.plan()
    assert mails().filter(rule=Rule.TASK_OVERDUE, recipient=cast.ben).count() == 1


@pytest.mark.parametrize("days", [-1, 0, 100])
def test_only_the_next_three_months_can_be_chosen(cast: Cast, days: int) -> None:
    delivery = overdue(cast)
    with pytest.raises(InvalidInput):
        services.snooze(by=cast.ben, delivery_id=delivery.pk, until=timezone.now() + timedelta(days=days))
    assert not Snooze.objects.exists()


def test_nobody_snoozes_what_is_somebody_elses_or_comes_only_once(cast: Cast) -> None:
    reminder = overdue(cast)
    plan_and_fill(open_task(cast))
    notice = mails().get(rule=Rule.TASK_ASSIGNED)
    until = timezone.now() + timedelta(days=1)
    for by, delivery in ((cast.cleo, reminder), (cast.dan, reminder), (cast.ben, notice)):
        with pytest.raises(NotVisible):
            services.snooze(by=by, delivery_id=delivery.pk, until=until)


def test_from_the_link_in_the_mail(cast: Cast, mailoutbox: list[Any]) -> None:
    delivery = overdue(cast)
    jobs.fill_inboxes()
    address = reverse("notifications:snooze", args=[delivery.pk])
    client = sign_in(cast.ben)
    page = client.get(address)
    assert "Call the customer back" in page.content.decode()
    chosen = page.context["form"].fields["until"].choices[1][0]
    assert client.post(address, {"until": chosen}).status_code == 302
    assert cast.ben.snoozes.get().until > timezone.now()
    assert cast.ben.inbox.get().read_at is not None
    assert client.post(address, {"until": "yesterday"}).status_code == 422
