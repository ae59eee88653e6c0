"""When an organization reminds its people, and who asked to be reminded later."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Owned, OwnedQuerySet
from notifications.choices import REMINDERS, Rule

# Working days; hours for the SLA.
DEFAULTS: dict[Rule, dict[str, int | None]] = {
    Rule.REVIEW_DUE: {"lead": 0, "repeat_every": 5, "escalate_after": 5},
    Rule.CHECK_IN_DUE: {"lead": 15, "repeat_every": 0, "escalate_after": None},
    Rule.TASK_DUE: {"lead": 1, "repeat_every": 0, "escalate_after": None},
    Rule.TASK_OVERDUE: {"lead": 0, "repeat_every": 5, "escalate_after": 5},
    Rule.SLA_AT_RISK: {"lead": 2, "repeat_every": 0, "escalate_after": None},
    Rule.SLA_BREACHED: {"lead": 0, "repeat_every": 0, "escalate_after": 4},
    # Everything but this is about one thing that waits for somebody: whoever wants a report switches it on.
    Rule.WEEKLY_REPORT: {"is_enabled": False, "lead": 0, "repeat_every": 0, "escalate_after": None},
}


class ReminderRule(Owned):
    """When one kind of reminder goes out.

    Days are working days of the organization; the SLA kinds count hours instead. `lead` is how long before (for a
    check-in: after how long without one); `repeat_every` 0 is once; after `escalate_after`, the team's lead is told.
    """

    kind = models.CharField(
        max_length=60, choices=[(rule.value, rule.label) for rule in Rule if rule in REMINDERS]
    )
    is_enabled = models.BooleanField(default=True)
    lead = models.PositiveSmallIntegerField(default=0)
    repeat_every = models.PositiveSmallIntegerField(default=0)
    escalate_after = models.PositiveSmallIntegerField(null=True, blank=True)
    at_hour = models.PositiveSmallIntegerField(_("hour"), default=9)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind"], name="notifications_reminder_rule_once"),
            models.CheckConstraint(condition=Q(at_hour__lte=23), name="notifications_reminder_rule_hour"),
        ]


def default_rule(organization_id: int, kind: Rule) -> ReminderRule:
    """The rule of that kind as an organization has it that said nothing of it; unsaved."""
    return ReminderRule(organization_id=organization_id, kind=kind, **DEFAULTS[kind])


class Snooze(Owned):
    """A person wants no reminder of this thing until then; afterwards they get one anew."""

    membership = models.ForeignKey("people.Membership", on_delete=models.CASCADE, related_name="snoozes")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    until = models.DateTimeField()
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "subject_type", "subject_id"], name="notifications_snooze_once"
            )
        ]
