"""Facts (measurements), the day cells rolled up from them, and the KPIs read from the cells."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual, Owned, OwnedQuerySet, Versioned
from kpis.choices import Aggregate, Direction, Unit

VALUE_DIGITS, VALUE_PLACES = 24, 6


class Metric(Owned, Bilingual):
    """A stream of measurements of one kind. Ordinal metrics hold whole scores from 0 to 10."""

    key = models.CharField(_("key"), max_length=80)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit)
    is_ordinal = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            *Bilingual.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "key"], name="kpis_metric_key_once"),
        ]


class Measurement(models.Model):
    """One fact. `source_key` names the row or client key it came from; sending it again replaces it.

    The table is partitioned by month of `occurred_at` (see the migration), so that column is part of the key;
    `kpis.services.measurements` keeps (metric, source_key) single across the partitions.
    """

    pk = models.CompositePrimaryKey("metric_id", "source_key", "occurred_at")
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+")
    source_key = models.CharField(max_length=200, db_collation="C")
    occurred_at = models.DateTimeField()
    value = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES)
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    member = models.ForeignKey(
        "people.Membership", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    label = models.CharField(max_length=100, default="", blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "kpis_measurement"


class DayCell(models.Model):
    """The mergeable state of one metric on one local day of the organization's calendar, per dimension.

    An emptied cell stays with n = 0, so that its version still tells readers that the day changed.
    """

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    team_id = models.BigIntegerField(null=True)
    member_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=100, default="")
    n = models.BigIntegerField()
    total = models.DecimalField(max_digits=38, decimal_places=6)
    squares = models.DecimalField(max_digits=60, decimal_places=12)
    smallest = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, null=True)
    largest = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, null=True)
    last_value = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, null=True)
    last_at = models.DateTimeField(null=True)
    score_counts = ArrayField(models.BigIntegerField(), size=11, null=True)
    version = models.BigIntegerField()
    recomputed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "day", "team_id", "member_id", "label"],
                nulls_distinct=False,
                name="kpis_day_cell_once",
            )
        ]


class DirtyRange(models.Model):
    """Days of a metric whose cells must be recomputed. Append-only, written by triggers on the facts themselves."""

    metric_id = models.BigIntegerField()
    shard = models.SmallIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    logged_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["shard", "id"], name="kpis_dirty_range_by_shard")]


class Kpi(Owned, Bilingual, Versioned):
    """A named aggregate over metrics, with unit, direction, owner and targets. Its definition is versioned."""

    key = models.CharField(_("key"), max_length=80)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction)
    owner = models.ForeignKey(
        "people.Membership", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    minimum_n = models.PositiveIntegerField(_("smallest n shown"), default=1)
    position = models.PositiveSmallIntegerField(default=100)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            *Bilingual.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "key"], name="kpis_kpi_key_once"),
        ]
        ordering = ["position", "id"]


class KpiDefinition(models.Model):
    """One version of how a KPI is computed; never changed, only followed by the next version.

    value = scale × aggregate(metric); for `ratio`, scale × Σ metric / Σ denominator of the same period.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="definitions")
    version = models.PositiveIntegerField()
    aggregate = models.CharField(max_length=10, choices=Aggregate)
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="+")
    denominator = models.ForeignKey(Metric, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scale = models.DecimalField(max_digits=12, decimal_places=4, default=1)
    least_score = models.PositiveSmallIntegerField(null=True, blank=True)
    label = models.CharField(max_length=100, default="", blank=True)
    created_by = models.ForeignKey(
        "people.Membership", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kpi", "version"], name="kpis_definition_version_once"),
            models.CheckConstraint(
                condition=Q(aggregate=Aggregate.RATIO, denominator__isnull=False)
                | (~Q(aggregate=Aggregate.RATIO) & Q(denominator__isnull=True)),
                name="kpis_definition_ratio_has_denominator",
            ),
            models.CheckConstraint(
                condition=Q(aggregate=Aggregate.SHARE, least_score__range=(0, 10))
                | (~Q(aggregate=Aggregate.SHARE) & Q(least_score__isnull=True)),
                name="kpis_definition_share_has_limit",
            ),
        ]


class KpiTarget(models.Model):
    """The target from a day on, until the next one starts. Worse than `near` is off target."""

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="targets")
    starts_on = models.DateField(_("from"))
    value = models.DecimalField(_("target"), max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES)
    near = models.DecimalField(_("near target up to"), max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kpi", "starts_on"], name="kpis_target_once_per_day")]
        indexes = [models.Index(F("kpi"), F("starts_on").desc(), name="kpis_target_latest")]
