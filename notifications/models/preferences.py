"""What a person wants to be told, where, and when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Owned, OwnedQuerySet
from notifications.choices import Channel, Rule, Timing

MORNING_HOUR = 9


class Preference(Owned):
    """A person's hours: the zone they live in (blank: the organization's), the quiet ones, and that of the digest."""

    membership = models.OneToOneField(
        "people.Membership", on_delete=models.CASCADE, related_name="message_hours"
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily message"), default=MORNING_HOUR)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(digest_hour__lte=23), name="notifications_preference_digest_hour"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notifications_preference_quiet_hours",
            ),
        ]


class RulePreference(Owned):
    """When a person wants the messages of a rule in a channel, where that is not the default."""

    membership = models.ForeignKey(
        "people.Membership", on_delete=models.CASCADE, related_name="rule_preferences"
    )
    rule = models.CharField(max_length=60, choices=Rule)
    channel = models.CharField(max_length=10, choices=Channel)
    timing = models.CharField(max_length=10, choices=Timing)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "rule", "channel"], name="notifications_rule_preference_once"
            )
        ]
