"""Reminders: what the calendar brings. Rules are rows of the organization; days are its working days."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from common.tenancy import acting_for
from notifications.choices import REMINDERS, Rule
from notifications.models import ReminderRule
from notifications.models.reminders import default_rule
from notifications.selectors.readers import Responsible
from notifications.services.planning import Due, plan
from notifications.services.reminders import of_feedback, of_goals, of_reports, of_tasks
from notifications.services.reminders.occasion import Occasion
from people.models import Organization
from tasks.workdays import workdays_of

logger = logging.getLogger(__name__)

Look = Callable[[Occasion], Iterator[Due]]
LOOKS: dict[Rule, Look] = {
    Rule.REVIEW_DUE: of_goals.reviews_due,
    Rule.CHECK_IN_DUE: of_goals.check_ins_due,
    Rule.TASK_DUE: of_tasks.tasks_due,
    Rule.TASK_OVERDUE: of_tasks.tasks_overdue,
    Rule.SLA_AT_RISK: of_feedback.sla_at_risk,
    Rule.SLA_BREACHED: of_feedback.sla_breached,
    Rule.WEEKLY_REPORT: of_reports.weekly_reports,
}


def plan_reminders(now: datetime | None = None) -> int:
    """Every reminder that is due in any organization is written down, once; returns how many were new.

    Organizations that have no rules yet get the default ones. One organization's trouble delays no other.
    """
    planned = 0
    for organization in Organization.objects.order_by("id"):
        try:
            with acting_for(organization.pk):
                planned += _plan_for(organization, now or timezone.now())
        except Exception:  # the others are planned; the next run tries again
            logger.exception("notifications.planning_failed", extra={"organization": organization.pk})
    return planned


@transaction.atomic
def seed_reminder_rules(organization_id: int) -> list[ReminderRule]:
    """The organization has a rule of every kind; those it had stay as they are. Returns them all."""
    present = ReminderRule.objects.filter(organization=organization_id)
    # Only what is missing: a rule that is not inserted would still take a number of the sequence.
    missing = set(REMINDERS) - set(present.values_list("kind", flat=True))
    ReminderRule.objects.bulk_create(
        [default_rule(organization_id, kind) for kind in REMINDERS if kind in missing], ignore_conflicts=True
    )
    return list(present.all())


def _plan_for(organization: Organization, now: datetime) -> int:
    rules = list(ReminderRule.objects.filter(organization=organization))
    if len(rules) < len(REMINDERS):
        rules = seed_reminder_rules(organization.pk)
    workdays, people = workdays_of(organization), Responsible(organization.pk)
    occasions = (Occasion(organization, rule, now, workdays, people) for rule in rules if rule.is_enabled)
    return sum(plan(organization.pk, LOOKS[Rule(occasion.rule.kind)](occasion)) for occasion in occasions)
