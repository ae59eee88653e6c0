"""What is measured and how: KPIs, the versions of their definitions, their targets and notes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual, Owned, OwnedQuerySet, Part, Versioned
from kpis.choices import PAIRED, Aggregate, Direction, TargetPeriod, TargetShape, Unit
from kpis.models.facts import VALUE_DIGITS, VALUE_PLACES, Metric


class Kpi(Owned, Bilingual, Versioned):
    """A named aggregate over metrics, with unit, direction, owner and targets. Its definition is versioned."""

    key = models.CharField(_("key"), max_length=80)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    owner = models.ForeignKey(
        "people.Membership", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    minimum_n = models.PositiveIntegerField(_("smallest n shown"), default=1)
    position = models.PositiveSmallIntegerField(default=100)
    description = models.TextField(_("description"), blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            *Bilingual.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "key"], name="kpis_kpi_key_once"),
        ]
        ordering = ["position", "id"]


class KpiDefinition(Part):
    """One version of how a KPI is computed; never changed, only followed by the next version.

    value = scale x aggregate(metric); for `ratio`, scale x sum(metric) / sum(denominator) of the same period; for
    `formula`, the formula over other KPIs. It holds for periods that end on or after `applies_from`, or for all
    where that is null. A period is shown only when `matures_after_days` have passed since its end.
    """

    whole = "kpi"

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="definitions")
    version = models.PositiveIntegerField()
    applies_from = models.DateField(null=True)
    aggregate = models.CharField(max_length=10, choices=Aggregate)
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    denominator = models.ForeignKey(Metric, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=100, default="", blank=True)
    denominator_label = models.CharField(max_length=100, default="", blank=True)
    scale = models.DecimalField(max_digits=12, decimal_places=4, default=1)
    least_score = models.PositiveSmallIntegerField(null=True, blank=True)
    most_score = models.PositiveSmallIntegerField(null=True, blank=True)
    formula = models.TextField(blank=True)
    matures_after_days = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(
        "people.Membership", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kpi", "version"], name="kpis_definition_version_once"),
            models.CheckConstraint(
                condition=Q(aggregate__in=PAIRED, denominator__isnull=False)
                | (~Q(aggregate__in=PAIRED) & Q(denominator__isnull=True)),
                name="kpis_definition_ratio_has_denominator",
            ),
            models.CheckConstraint(
                condition=Q(aggregate=Aggregate.SHARE, least_score__range=(0, 10))
                | (~Q(aggregate=Aggregate.SHARE) & Q(least_score__isnull=True, most_score__isnull=True)),
                name="kpis_definition_share_has_limit",
            ),
            models.CheckConstraint(
                condition=(Q(aggregate=Aggregate.FORMULA, metric__isnull=True) & ~Q(formula=""))
                | (~Q(aggregate=Aggregate.FORMULA) & Q(metric__isnull=False, formula="")),
                name="kpis_definition_metric_or_formula",
            ),
        ]


class KpiDefinitionInput(Part):
    """A KPI that a formula reads."""

    whole = "definition"

    definition = models.ForeignKey(KpiDefinition, on_delete=models.CASCADE, related_name="inputs")
    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="readers")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "kpi"], name="kpis_definition_input_once")
        ]


class KpiTarget(Part):
    """The target from a day on, until the next one starts. Worse than `near` is off target.

    A `line` runs straight from this value to the value of the next target. `upper` and `near_upper` are the upper
    edges where the KPI should stay between two values. The value of a sum or count is for one `period`.
    """

    whole = "kpi"

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="targets")
    starts_on = models.DateField(_("from"))
    shape = models.CharField(_("shape"), max_length=5, choices=TargetShape, default=TargetShape.STEP)
    period = models.CharField(
        _("for one"), max_length=10, choices=TargetPeriod, default=TargetPeriod.FOUR_WEEKS
    )
    value = models.DecimalField(_("target"), max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES)
    near = models.DecimalField(_("near target up to"), max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES)
    upper = models.DecimalField(
        _("upper target"), max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, null=True, blank=True
    )
    near_upper = models.DecimalField(
        _("near upper target up to"),
        max_digits=VALUE_DIGITS,
        decimal_places=VALUE_PLACES,
        null=True,
        blank=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kpi", "starts_on"], name="kpis_target_once_per_day"),
            models.CheckConstraint(
                condition=Q(upper__isnull=True, near_upper__isnull=True)
                | Q(upper__gte=F("value"), near_upper__gte=F("upper"), near__lte=F("value")),
                name="kpis_target_edges_in_order",
            ),
        ]
        indexes = [models.Index(F("kpi"), F("starts_on").desc(), name="kpis_target_latest")]


class KpiNote(Part):
    """What a person wrote at a day of a KPI's chart."""

    whole = "kpi"

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="notes")
    day = models.DateField(_("day"))
    text = models.CharField(_("note"), max_length=200)
    by = models.ForeignKey("people.Membership", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["kpi", "day"], name="kpis_note_of_day")]
