"""Closed lists of the notifications app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """Where a message goes."""

    EMAIL = "email", _("E-mail")
    INBOX = "inbox", _("Inbox")
    CHAT = "chat", _("Chat")


class Rule(models.TextChoices):
    """Why somebody gets a message."""

    REVIEW_DUE = "goals.review_due", _("A goal is due for review")
    CHECK_IN_DUE = "goals.check_in_due", _("A goal has had no check-in for a while")
    TASK_ASSIGNED = "tasks.assigned", _("A task was assigned")
    TASK_DUE = "tasks.due", _("A task is due soon")
    TASK_OVERDUE = "tasks.overdue", _("A task is overdue")
    SLA_AT_RISK = "feedback.sla_at_risk", _("A reply to a customer is due soon")
    SLA_BREACHED = "feedback.sla_breached", _("A reply to a customer is overdue")
    WEEKLY_REPORT = "home.weekly_report", _("The weekly report")
    ESCALATED = "reminders.escalated", _("Something of the team has waited too long")
    SIGNAL_OPENED = "kpis.signal_opened", _("A KPI has left its limits")
    DELIVERIES_DEAD = "notifications.dead", _("Messages could not be delivered")
    WEBHOOK_OFF = "notifications.webhook_off", _("A webhook was switched off")
    CHANNEL_TEST = "notifications.channel_test", _("Test message")
    PASSWORD_RESET = "people.password_reset", _("A link for a new password")
    ADDRESS_CONFIRMATION = "people.address_confirmation", _("A link for another e-mail address")
    ADDRESS_CHANGED = "people.address_changed", _("The e-mail address of an account changed")
    INVITATION = "people.invitation", _("An invitation")
    NEW_DEVICE = "people.new_device", _("A sign-in from a new place")
    PASSWORD_CHANGED = "people.password_changed", _("The password of an account changed")
    TWO_STEP_CHANGED = "people.two_step_changed", _("The two-step sign-in of an account changed")


ACCOUNT_RULES = tuple(rule for rule in Rule if rule.startswith("people."))
"""Mails about an account and its safety; nobody can switch them off."""

CHOSEN_RULES = tuple(rule for rule in Rule if rule not in (Rule.CHANNEL_TEST, *ACCOUNT_RULES))
"""What people choose about; a test goes where it was asked to go."""

REMINDERS = (
    Rule.REVIEW_DUE,
    Rule.CHECK_IN_DUE,
    Rule.TASK_DUE,
    Rule.TASK_OVERDUE,
    Rule.SLA_AT_RISK,
    Rule.SLA_BREACHED,
    Rule.WEEKLY_REPORT,
)
"""What the calendar brings; an organization says when, by a row each."""

POSTABLE = (*REMINDERS, Rule.SIGNAL_OPENED, Rule.TASK_ASSIGNED, Rule.DELIVERIES_DEAD)
"""What a chat channel of the organization can be told."""


class Timing(models.TextChoices):
    """When a person wants the messages of a rule."""

    AT_ONCE = "at_once", _("At once")
    HOURLY = "hourly", _("Every hour, together")
    DAILY = "daily", _("Once a day, together")
    OFF = "off", _("Never")


DIGESTS = (Timing.HOURLY, Timing.DAILY)


class ChatKind(models.TextChoices):
    """Chat services that take messages."""

    SLACK = "slack", _("Slack")
    TEAMS = "teams", _("Microsoft Teams")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")
    WECOM = "wecom", _("WeCom")


class State(models.TextChoices):
    """The life of a delivery.

    `uncertain`: the sender died between sending and saying so. `dropped`: what it was about is over, the person has
    left, or does not want it. `dead`: tried as often as it makes sense; an administrator sees it.
    """

    PENDING = "pending", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Perhaps sent")
    DROPPED = "dropped", _("No longer needed")
    DEAD = "dead", _("Given up")


UNSENT = (State.PENDING, State.UNCERTAIN)
UNFINISHED = (State.PENDING, State.SENDING, State.UNCERTAIN)


class SwitchedOff(models.TextChoices):
    """Why a webhook is switched off."""

    BY_HAND = "by_hand", _("Switched off by hand")
    GONE = "gone", _("The receiver answered that it is gone (410)")
    FAILING = "failing", _("Nothing arrived for days")
    OWNER_LEFT = "owner_left", _("Whoever it acts for is no longer a member")


FINISHED = (State.SENT, State.DROPPED, State.DEAD)
