"""Metrics and their facts."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual, Owned, OwnedQuerySet
from kpis.choices import Unit

VALUE_DIGITS, VALUE_PLACES = 24, 6


class Metric(Owned, Bilingual):
    """A stream of measurements of one kind. Ordinal metrics hold whole scores from 0 to 10.

    The `keeps_…` flags say what its cells hold beside the moments; a definition that needs one turns it on, and
    the database then logs all its days as dirty. Days before `final_before` are frozen: neither their facts nor
    their cells may change.
    """

    key = models.CharField(_("key"), max_length=80)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit)
    is_ordinal = models.BooleanField(_("whole scores from 0 to 10"), default=False)
    keeps_hours = models.BooleanField(_("keeps hours"), default=False)
    keeps_percentiles = models.BooleanField(default=False)
    keeps_order = models.BooleanField(default=False)
    final_before = models.DateField(_("final before"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            *Bilingual.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "key"], name="kpis_metric_key_once"),
        ]


class Measurement(models.Model):
    """One fact. `source_key` names the row or client key it came from; sending it again replaces it.

    A fact of weight w counts as w facts of the same value: a pushed mean of 25 calls has weight 25.
    The table is partitioned by month of `occurred_at` (see the migration), so that column is part of the key;
    `kpis_sourcekey`, written by triggers, keeps (metric, source_key) single across the partitions.
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
    weight = models.IntegerField(db_default=1)

    class Meta:
        db_table = "kpis_measurement"
        constraints = [
            models.CheckConstraint(condition=Q(weight__gt=0), name="kpis_measurement_weight_positive")
        ]
