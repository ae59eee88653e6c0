"""What a message says, as of the moment it is sent, and to whom.

Each rule has a writer. It says None where the message has become pointless: then nothing is sent.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from feedback.choices import OPEN as OPEN_FEEDBACK
from feedback.models import FeedbackItem
from goals.choices import Status as GoalStatus
from goals.models import Goal
from kpis.choices import SignalState
from kpis.models import Signal
from notifications.choices import ACCOUNT_RULES, REMINDERS, Rule, State
from notifications.models import ChatChannel, Delivery, ReminderRule, WebhookEndpoint
from people.models import AccountMail, Membership, Organization
from tasks.models import Task


@dataclass(frozen=True, slots=True)
class Said:
    """A template of `templates/notifications/` with its context, the page it leads to and what it is about."""

    template: str
    path: str
    about: object
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who reads it: a member, somebody without membership, or a chat room; in the language they read."""

    organization: Organization
    address: str
    name: str
    language: str
    membership_id: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What to say, and to whom."""

    to: Addressee
    said: Said
    delivery: Delivery


Writer = Callable[[Delivery], Said | None]
_writers: dict[Rule, Writer] = {}


def writes(rule: Rule) -> Callable[[Writer], Writer]:
    """Registers the writer of a rule's messages."""

    def register(writer: Writer) -> Writer:
        _writers[rule] = writer
        return writer

    return register


def letter_for(delivery: Delivery) -> Letter | None:
    """The message as of now, or None where it has become pointless or the person has left. Two or three queries."""
    to = addressee_of(delivery)
    rule = Rule(delivery.rule)
    if to is None or (rule in REMINDERS and not _is_on(delivery)):
        return None
    said = _writers[rule](delivery)
    return None if said is None else Letter(to, said, delivery)


def addressee_of(delivery: Delivery) -> Addressee | None:
    """Who reads the message; None where they have left or the room is closed. One query."""
    if delivery.chat_channel_id is not None:
        room = ChatChannel.objects.select_related("organization").get(pk=delivery.chat_channel_id)
        organization = room.organization
        language = room.language or organization.language
        return Addressee(organization, "", "", language) if room.is_enabled else None
    if delivery.recipient_id is None:
        return _without_membership(delivery)
    recipient = Membership.objects.select_related("user", "organization").get(pk=delivery.recipient_id)
    if not (recipient.is_active and recipient.user.is_active):
        return None
    user, organization = recipient.user, recipient.organization
    language = user.language or organization.language
    return Addressee(organization, user.email, user.name, language, recipient.pk)


def _without_membership(delivery: Delivery) -> Addressee:
    """Somebody by their address; mails about an account are in the language of its owner, where there is one."""
    organization = Organization.objects.get(pk=delivery.organization_id)
    mails = AccountMail.objects.filter(pk=delivery.subject_id, user__isnull=False)
    mail = mails.select_related("user").first() if delivery.rule in ACCOUNT_RULES else None
    if mail is None or mail.user is None:
        return Addressee(organization, delivery.address, "", organization.language)
    language = mail.user.language or organization.language
    return Addressee(organization, delivery.address, mail.user.name, language)


def _is_on(delivery: Delivery) -> bool:
    off = ReminderRule.objects.filter(
        organization=delivery.organization_id, kind=delivery.rule, is_enabled=False
    )
    return not off.exists()


def _period(delivery: Delivery) -> str:
    """The period of the cause, without what a repetition or the end of a snooze added."""
    return delivery.period.partition("~")[0].partition("/")[0]


def _for_reader(delivery: Delivery, person: str) -> Q:
    """The thing must still be the reader's, or of somebody who has left; a chat room reads about everybody's."""
    if delivery.recipient_id is None:
        return Q()
    has_left = Q(**{f"{person}__is_active": False}) | Q(**{f"{person}__user__is_active": False})
    return Q(**{person: delivery.recipient_id}) | has_left


def _belonging(delivery: Delivery, person: Membership | None) -> dict[str, Any]:
    """Whose the thing is, for the words: the reader's own, or somebody's who is here or not."""
    return {
        "is_own": person is not None and person.pk == delivery.recipient_id,
        "person": person,
        "has_left": person is not None and not (person.is_active and person.user.is_active),
    }


@writes(Rule.REVIEW_DUE)
def _review_due(delivery: Delivery) -> Said | None:
    """Pointless once the goal is closed, reviewed, or owned by somebody else."""
    return _goal("letters/review_due", delivery, _period(delivery), _for_reader(delivery, "owner"))


def _goal(template: str, delivery: Delivery, review_on: str, mine: Q) -> Said | None:
    goals = Goal.objects.filter(
        mine, pk=delivery.subject_id, status=GoalStatus.ACTIVE, next_review_on=review_on
    )
    goal = goals.select_related("owner__user").first()
    if goal is None:
        return None
    words = {"goal": goal, **_belonging(delivery, goal.owner)}
    return Said(template, reverse("goals:detail", args=[goal.pk]), goal, words)


@writes(Rule.CHECK_IN_DUE)
def _check_in_due(delivery: Delivery) -> Said | None:
    """Pointless once somebody checked in, or the goal is closed or somebody else's."""
    since = date.fromisoformat(_period(delivery).removeprefix("since "))
    mine = _for_reader(delivery, "owner")
    goals = Goal.objects.filter(mine, pk=delivery.subject_id, status=GoalStatus.ACTIVE)
    goal = goals.exclude(check_ins__at__gt=delivery.created_at).select_related("owner__user").first()
    if goal is None:
        return None
    words = {"goal": goal, "since": since, **_belonging(delivery, goal.owner)}
    return Said("letters/check_in_due", reverse("goals:detail", args=[goal.pk]), goal, words)


@writes(Rule.TASK_ASSIGNED)
def _task_assigned(delivery: Delivery) -> Said | None:
    """Pointless once the task is closed or somebody else's."""
    mine = Q() if delivery.recipient_id is None else Q(assignee=delivery.recipient_id)
    return _task("letters/task_assigned", delivery, mine)


@writes(Rule.TASK_DUE)
def _task_due(delivery: Delivery) -> Said | None:
    """Pointless once the task is closed, somebody else's, or due on another day."""
    mine = _for_reader(delivery, "assignee") & Q(due_on=date.fromisoformat(_period(delivery)))
    return _task("letters/task_due", delivery, mine)


@writes(Rule.TASK_OVERDUE)
def _task_overdue(delivery: Delivery) -> Said | None:
    """Pointless once the task is closed, somebody else's, or due on another day."""
    mine = _for_reader(delivery, "assignee") & Q(due_on=date.fromisoformat(_period(delivery)))
    return _task("letters/task_overdue", delivery, mine)


def _task(template: str, delivery: Delivery, wanted: Q) -> Said | None:
    tasks = Task.objects.open().filter(wanted, pk=delivery.subject_id)
    task = tasks.select_related("assignee__user").first()
    if task is None:
        return None
    words = {"task": task, **_belonging(delivery, task.assignee)}
    return Said(template, reverse("tasks:detail", args=[task.pk]), task.title, words)


@writes(Rule.SLA_AT_RISK)
def _sla_at_risk(delivery: Delivery) -> Said | None:
    """Pointless once the customer was answered, the time has run out, or another time holds."""
    said = _unanswered("letters/sla_at_risk", delivery, _period(delivery))
    return said if said is not None and said.context["item"].reply_due_at > timezone.now() else None


@writes(Rule.SLA_BREACHED)
def _sla_breached(delivery: Delivery) -> Said | None:
    """Pointless once the customer was answered, or another time holds."""
    return _unanswered("letters/sla_breached", delivery, _period(delivery))


def _unanswered(template: str, delivery: Delivery, moment: str) -> Said | None:
    items = FeedbackItem.objects.filter(
        pk=delivery.subject_id, status__in=OPEN_FEEDBACK, first_replied_at__isnull=True
    )
    item = items.select_related("customer", "assignee__user").first()
    due_at = datetime.fromtimestamp(int(moment), UTC)
    if item is None or item.reply_due_at is None or item.reply_due_at.replace(microsecond=0) != due_at:
        return None
    return Said(template, reverse("feedback:detail", args=[item.pk]), item.subject, {"item": item})


@writes(Rule.ESCALATED)
def _escalated(delivery: Delivery) -> Said | None:
    """Pointless once what waited is done, answered or reviewed, whoever did it."""
    kind, _sep, rest = delivery.period.partition("|")
    moment = rest.partition("~")[0]
    if kind == Rule.SLA_BREACHED:
        return _unanswered("letters/escalated_feedback", delivery, moment)
    if kind == Rule.REVIEW_DUE:
        return _goal("letters/escalated_goal", delivery, moment, Q())
    return _task("letters/escalated_task", delivery, Q(due_on=date.fromisoformat(moment)))


@writes(Rule.SIGNAL_OPENED)
def _signal_opened(delivery: Delivery) -> Said | None:
    """Pointless once somebody looks after the signal or it is closed."""
    signals = Signal.objects.filter(pk=delivery.subject_id, state=SignalState.NEW)
    signal = signals.select_related("kpi").first()
    if signal is None:
        return None
    return Said(
        "letters/signal_opened",
        reverse("home:signals:detail", args=[signal.pk]),
        signal.kpi,
        {"signal": signal},
    )


@writes(Rule.DELIVERIES_DEAD)
def _deliveries_dead(delivery: Delivery) -> Said | None:
    """Pointless once all of them were sent again."""
    dead = Delivery.objects.filter(organization=delivery.organization_id, state=State.DEAD).count()
    if not dead:
        return None
    return Said("letters/deliveries_dead", reverse("notifications:deliveries"), "", {"count": dead})


@writes(Rule.WEBHOOK_OFF)
def _webhook_off(delivery: Delivery) -> Said | None:
    """Pointless once it is switched on again."""
    endpoint = WebhookEndpoint.objects.filter(pk=delivery.subject_id, disabled_at__isnull=False).first()
    if endpoint is None:
        return None
    path = reverse("notifications:webhook", args=[endpoint.pk])
    about = endpoint.description or endpoint.url
    return Said("letters/webhook_off", path, about, {"endpoint": endpoint, "about": about})


@writes(Rule.CHANNEL_TEST)
def _channel_test(delivery: Delivery) -> Said:
    """Never pointless: somebody waits for it."""
    return Said("letters/channel_test", reverse("home:manager"), "", {})
