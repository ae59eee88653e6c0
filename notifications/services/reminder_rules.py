"""When an organization reminds its people."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible
from notifications.choices import REMINDERS
from notifications.models import ReminderRule
from notifications.permissions import can_manage_reminders
from notifications.services.reminders import seed_reminder_rules
from people.models import Membership

LIMITS = {"lead": 60, "repeat_every": 60, "escalate_after": 60, "at_hour": 23}


@transaction.atomic
def change_reminder_rule(*, by: Membership, kind: str, **fields: Any) -> ReminderRule:
    """`is_enabled`, `lead`, `repeat_every`, `escalate_after` and `at_hour` of the rule of that kind are those given.

    What was planned stays; what a rule that is switched off had planned is dropped when its time comes. Refuses whoever
    may not manage reminders, and numbers outside their limits.
    """
    if not can_manage_reminders(by):
        raise NotAllowed
    if kind not in REMINDERS:
        raise NotVisible
    wrong = {
        name: [_("Choose a number from 0 to %(most)s.") % {"most": most}]
        for name, most in LIMITS.items()
        if fields.get(name) is not None and not 0 <= fields[name] <= most
    }
    if wrong:
        raise InvalidInput(wrong)
    seed_reminder_rules(by.organization_id)
    rule = ReminderRule.objects.visible_to(by).select_for_update().get(kind=kind)
    for name, value in fields.items():
        setattr(rule, name, value)
    rule.save(update_fields=list(fields))
    record(
        "reminder_rule.changed",
        subject=rule,
        organization_id=rule.organization_id,
        by=by,
        kind=rule.kind,
    )
    return rule
