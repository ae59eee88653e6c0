"""What is rolled up from facts, the log of what must be rolled up, and the ledger of what was published."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from common.models import Owned, OwnedQuerySet
from kpis.choices import FORGOTTEN, ChangeKind, Reason
from kpis.models.facts import VALUE_DIGITS, VALUE_PLACES, Metric


class CellState(models.Model):
    """The mergeable state of some facts: moments, and where the metric keeps them, order, scores and a sketch.

    `sketch_values` is ascending; `sketch_counts` says how many facts each stands for, or is null where each
    stands for one. Up to 64 facts the values are the facts' own, beyond that the middles of DDSketch bins.
    """

    n = models.BigIntegerField()
    total = models.DecimalField(max_digits=38, decimal_places=6)
    squares = models.DecimalField(max_digits=60, decimal_places=12)
    smallest = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, null=True)
    largest = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, null=True)
    first_value = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, null=True)
    first_at = models.DateTimeField(null=True)
    last_value = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, null=True)
    last_at = models.DateTimeField(null=True)
    score_counts = ArrayField(models.BigIntegerField(), size=11, null=True)
    sketch_values = ArrayField(models.FloatField(), null=True)
    sketch_counts = ArrayField(models.BigIntegerField(), null=True)

    class Meta:
        abstract = True


class Cell(CellState):
    """A state with its place: one metric and one stretch of time per team, member and label (0 and "" are none).

    An emptied cell stays with n = 0, so that its version still tells readers that it changed. The metric is not checked
    row by row: the worker that writes cells locks their metrics, and a deleted metric takes its cells along.
    """

    metric = models.ForeignKey(
        Metric, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    team_id = models.BigIntegerField(default=0)
    member_id = models.BigIntegerField(default=0)
    label = models.CharField(max_length=100, default="")
    version = models.BigIntegerField()
    recomputed_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True


class DayCell(Cell):
    """One local day of the organization's calendar."""

    pk = models.CompositePrimaryKey("metric_id", "day", "team_id", "member_id", "label")
    day = models.DateField()


class HourCell(Cell):
    """One local hour, for metrics that keep hours; `hour` is the moment at which the local clock struck it."""

    pk = models.CompositePrimaryKey("metric_id", "day", "hour", "team_id", "member_id", "label")
    day = models.DateField()
    hour = models.DateTimeField()


class DirtyRange(models.Model):
    """Days of a metric whose cells must be recomputed, and why. Append-only, written by triggers on the facts."""

    metric_id = models.BigIntegerField()
    shard = models.SmallIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    reason = models.CharField(max_length=20, choices=Reason, db_default=Reason.REPAIR)
    logged_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["shard", "id"], name="kpis_dirty_range_by_shard")]

    @staticmethod
    def shard_of(metric_id: int) -> int:
        """Which worker a metric belongs to; the same as `kpis_shard` in the database."""
        return metric_id % int(settings.KPI_SHARDS)


class MetricProgress(models.Model):
    """How far the roll-up of a metric has come: the newest version of its cells, so that dependents notice.

    `complete_version` is that of the cells whose day was over when they were made. Both only grow.
    """

    metric = models.OneToOneField(Metric, on_delete=models.CASCADE, primary_key=True, related_name="progress")
    newest_version = models.BigIntegerField(default=0)
    complete_version = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())


class Publication(models.Model):
    """The organization's days up to `through_on` were published: from then on a changed cell leaves a restatement."""

    organization = models.ForeignKey("people.Organization", on_delete=models.CASCADE, related_name="+")
    through_on = models.DateField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "through_on"], name="kpis_publication_once_per_day"
            )
        ]


class Restatement(CellState):
    """The state that a published day cell had until `restated_at`, and why it changed. Append-only."""

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    team_id = models.BigIntegerField(default=0)
    member_id = models.BigIntegerField(default=0)
    label = models.CharField(max_length=100, default="")
    new_n = models.BigIntegerField()
    new_total = models.DecimalField(max_digits=38, decimal_places=6)
    version = models.BigIntegerField()
    reasons = ArrayField(models.CharField(max_length=20))
    restated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(F("metric"), F("day"), F("restated_at"), name="kpis_restatement_of_day"),
        ]


class KpiChange(Owned):
    """What has to be loaded again by whoever keeps a copy: days of a metric or a KPI, or of all. Append-only.

    Null is every KPI, the first day there is, or every day from then on. Readers follow the log by `transaction`, and
    stop below the oldest one still running, so that a late commit is never behind them. What is old is deleted from
    the front, and the newest of it stays as `FORGOTTEN`.
    """

    kind = models.CharField(max_length=12, choices=ChangeKind)
    kpi = models.ForeignKey("kpis.Kpi", on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    version = models.BigIntegerField(default=0, db_default=0)
    reasons = ArrayField(models.CharField(max_length=20), default=list)
    transaction = models.BigIntegerField(
        db_default=RawSQL("(pg_current_xact_id()::text)::bigint", ()), editable=False
    )
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("organization"), F("transaction"), F("id"), name="kpis_change_in_order"),
            models.Index(fields=["organization"], condition=Q(kind=FORGOTTEN), name="kpis_change_forgotten"),
        ]


class Verification(models.Model):
    """The nightly proof of an organization: so many cells were compared with their facts, and so many were wrong.

    It goes on metric by metric up to `through_metric_id` and is done when it has an end. Wrong cells were put on the
    dirty log, so that workers repair them; `wrong_cells` names the first of them.
    """

    organization = models.ForeignKey("people.Organization", on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    through_metric_id = models.BigIntegerField(default=0)
    cells = models.BigIntegerField(default=0)
    wrong = models.BigIntegerField(default=0)
    wrong_cells = models.JSONField(default=list)
    seconds = models.FloatField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "on"], name="kpis_verification_once_per_day")
        ]


class ArchivedMonth(models.Model):
    """A month of facts that was moved from the database to a file, and when it came back."""

    month = models.DateField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    facts = models.BigIntegerField()
    archived_at = models.DateTimeField(db_default=Now())
    restored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month"],
                condition=models.Q(restored_at__isnull=True),
                name="kpis_month_archived_once",
            )
        ]
