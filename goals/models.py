"""Goals, their key results and check-ins."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual, Owned, OwnedQuerySet, Part, Versioned
from goals.choices import Confidence, Kind, Source, Status


class Goal(Owned, Bilingual, Versioned):
    """A SMART objective with an owner and a period. It is reviewed every `review_every_days` days.

    `final_progress` is what was reached (0 to 1) when it was closed, null where nothing of it was measured.
    """

    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMMITTED)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    owner = models.ForeignKey("people.Membership", on_delete=models.PROTECT, related_name="owned_goals")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    review_every_days = models.PositiveSmallIntegerField(_("days between reviews"), default=14)
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    final_progress = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            *Bilingual.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="goals_goal_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(review_every_days__range=(1, 366)), name="goals_goal_review_interval"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED, closed_at__isnull=False)
                | Q(status=Status.ACTIVE, closed_at__isnull=True),
                name="goals_goal_closed_at_follows_status",
            ),
            models.CheckConstraint(
                condition=Q(final_progress__isnull=True)
                | Q(status=Status.CLOSED, final_progress__range=(0, 1)),
                name="goals_goal_final_progress_when_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_review_on"], condition=Q(status="active"), name="goals_goal_review_due"
            ),
            models.Index(F("organization"), F("id").desc(), name="goals_goal_newest"),
        ]


class KeyResult(Part, Bilingual):
    """One measured part of a goal: from `start_value` to `target_value`."""

    whole = "goal"

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="key_results")
    source = models.CharField(_("measured by"), max_length=10, choices=Source)
    kpi = models.ForeignKey(
        "kpis.Kpi", on_delete=models.PROTECT, null=True, blank=True, related_name="key_results"
    )
    start_value = models.DecimalField(_("start"), max_digits=24, decimal_places=6)
    target_value = models.DecimalField(_("target"), max_digits=24, decimal_places=6)
    manual_value = models.DecimalField(_("current"), max_digits=24, decimal_places=6, null=True, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            *Bilingual.Meta.constraints,
            models.CheckConstraint(
                condition=Q(source=Source.KPI, kpi__isnull=False)
                | (~Q(source=Source.KPI) & Q(kpi__isnull=True)),
                name="goals_key_result_kpi_follows_source",
            ),
            models.CheckConstraint(
                condition=~Q(start_value=F("target_value")), name="goals_key_result_has_a_way_to_go"
            ),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="goals_key_result_weight"),
        ]


class CheckIn(Part):
    """A review of a goal: progress at that moment (0 to 1), confidence and a note."""

    whole = "goal"

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="check_ins")
    by = models.ForeignKey("people.Membership", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    progress = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["goal", "-at"], name="goals_check_in_newest")]
