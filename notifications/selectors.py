"""Reads of the notifications app: what a message says, and what could not be sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from common.models import Actor
from goals.choices import Status as GoalStatus
from goals.models import Goal
from notifications.choices import Rule, State
from notifications.models import Delivery
from people.models import Membership
from tasks.models import Task


@dataclass(frozen=True, slots=True)
class Letter:
    """What to say to whom: a template of `templates/notifications/`, its context and the page it leads to."""

    recipient: Membership
    template: str
    path: str
    context: dict[str, Any]


def letter_for(delivery: Delivery) -> Letter | None:
    """The message as of now, or None where it has become pointless or the person has left. Two queries."""
    recipient = Membership.objects.select_related("user", "organization").get(pk=delivery.recipient_id)
    if not (recipient.is_active and recipient.user.is_active):
        return None
    return _letters[Rule(delivery.rule)](delivery, recipient)


def given_up(actor: Actor) -> QuerySet[Delivery]:
    """Deliveries of the organization that were tried as often as it makes sense, newest first."""
    return (
        Delivery.objects.visible_to(actor)
        .filter(state=State.DEAD)
        .select_related("recipient__user")
        .order_by("-id")
    )


def _review_due(delivery: Delivery, recipient: Membership) -> Letter | None:
    """Pointless once the goal is closed, reviewed, or owned by somebody else."""
    goal = Goal.objects.filter(
        pk=delivery.subject_id,
        status=GoalStatus.ACTIVE,
        owner=recipient,
        next_review_on=delivery.period,
    ).first()
    if goal is None:
        return None
    return Letter(recipient, "review_due", reverse("goals:detail", args=[goal.pk]), {"goal": goal})


def _task_assigned(delivery: Delivery, recipient: Membership) -> Letter | None:
    """Pointless once the task is closed or somebody else's."""
    task = Task.objects.open().filter(pk=delivery.subject_id, assignee=recipient).first()
    if task is None:
        return None
    return Letter(recipient, "task_assigned", reverse("tasks:detail", args=[task.pk]), {"task": task})


_letters: dict[Rule, Callable[[Delivery, Membership], Letter | None]] = {
    Rule.REVIEW_DUE: _review_due,
    Rule.TASK_ASSIGNED: _task_assigned,
}
