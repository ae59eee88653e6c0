"""Administrators hear of messages that could not be delivered."""

from datetime import timedelta

from django.utils import timezone

from common.tenancy import acting_for
from notifications.choices import Rule, State
from notifications.models import Delivery
from notifications.selectors.readers import Responsible
from notifications.services.planning import Due, plan
from people.models import Organization

RECENT = timedelta(days=2)


def plan_alarms() -> int:
    """Each organization with newly dead deliveries has one alarm a day per administrator; returns how many were new.

    An alarm that itself cannot be delivered raises no other.
    """
    planned = 0
    now = timezone.now()
    for organization in Organization.objects.order_by("id"):
        with acting_for(organization.pk):
            dead = Delivery.objects.filter(
                organization=organization, state=State.DEAD, due_at__gte=now - RECENT
            ).exclude(rule=Rule.DELIVERIES_DEAD)
            if not dead.exists():
                continue
            today = str(now.astimezone(organization.zone).date())
            subject = (Organization._meta.label_lower, organization.pk)
            admins = sorted(Responsible(organization.pk).administrators())
            planned += plan(
                organization.pk,
                [Due(Rule.DELIVERIES_DEAD, admin, *subject, today, now) for admin in admins],
            )
    return planned
