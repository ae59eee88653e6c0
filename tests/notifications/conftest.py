"""Goals and tasks to tell people about, and a mail server to tell them through."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from goals.models import Goal
from notifications.choices import Channel, Rule
from notifications.models import Delivery
from notifications.models.reminders import default_rule
from notifications.services import fill_inboxes, plan_reminders
from notifications.services.planning import Due, plan
from people.models import Organization
from tasks.models import Task
from tasks.workdays import workdays_of
from tests.conftest import Cast
from tests.harness.mail import MailServer, mail_server


def mails() -> QuerySet[Delivery]:
    """The deliveries by mail, oldest first; each has a twin for the inbox."""
    return Delivery.objects.filter(channel=Channel.EMAIL).order_by("id")


def due_goal(cast: Cast, **fields: Any) -> Goal:
    """A goal of ana's whose review was due about three weeks ago, and whose last reminder was due before today."""
    defaults: dict[str, Any] = {
        "organization": cast.organization,
        "owner": cast.ana,
        "name_en": "Answer within an hour",
        "name_zh": "一小时内回复",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 12, 31),
        "next_review_on": past_review_day(cast.organization),
    }
    return Goal.objects.create(**(defaults | fields))


def past_review_day(organization: Organization) -> date:
    """A day whose review is not reminded of today: in the small hours that would wait for the morning."""
    workdays = workdays_of(organization)
    today = timezone.now().astimezone(organization.zone).date()
    repeated_every = default_rule(organization.pk, Rule.REVIEW_DUE).repeat_every
    days = (today - timedelta(days=back) for back in range(21, 35))
    return next(day for day in days if workdays.between(workdays.first_from(day), today) % repeated_every)


def open_task(cast: Cast, **fields: Any) -> Task:
    """A task of ben's."""
    defaults = {"organization": cast.organization, "assignee": cast.ben, "title": "Call the customer back"}
    return Task.objects.create(**(defaults | fields))


def assigned_delivery(task: Task, **fields: Any) -> Delivery:
    """A notice to the task's assignee that nobody has sent yet."""
    defaults: dict[str, Any] = {
        "organization_id": task.organization_id,
        "rule": Rule.TASK_ASSIGNED,
        "recipient": task.assignee,
        "subject_type": "tasks.task",
        "subject_id": task.pk,
        "period": f"event:{task.pk}",
        "message_id": f"<{task.pk}@testserver>",
    }
    return Delivery.objects.create(**(defaults | fields))


@pytest.fixture
def reminder(cast: Cast) -> Callable[..., Delivery]:
    """Plans the reminder of a due goal and returns it."""

    def planned(**fields: Any) -> Delivery:
        goal = due_goal(cast, **fields)
        plan_reminders()
        return Delivery.objects.get(
            subject_id=goal.pk, rule=Rule.REVIEW_DUE, recipient=goal.owner, channel=Channel.EMAIL
        )

    return planned


@pytest.fixture
def mail(settings: Any) -> Iterator[MailServer]:
    """The configured mail server."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 1
        yield server


def tell(task: Task, **fields: Any) -> None:
    """The task's assignee is due a message that it is theirs; `fields` are set in its deliveries."""
    due = Due(Rule.TASK_ASSIGNED, task.assignee_id, "tasks.task", task.pk, f"event:{task.pk}", timezone.now())
    plan(task.organization_id, [due])
    if fields:
        Delivery.objects.filter(subject_id=task.pk).update(**fields)


def plan_and_fill(task: Task) -> None:
    """The task's assignee is told of it, and has the message in their inbox."""
    tell(task)
    fill_inboxes()
