"""What workers judge of a KPI: where it stands, signals, forecasts; and who may read the BI views."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.models import Owned, OwnedQuerySet, Part, Versioned
from kpis.choices import (
    OPEN_SIGNALS,
    Grain,
    SignalEnding,
    SignalKind,
    SignalState,
    SignalTrend,
    Status,
)
from kpis.models.definitions import Kpi
from kpis.models.facts import VALUE_DIGITS, VALUE_PLACES


class KpiState(Part):
    """A KPI's value over its current window, target and status, as last judged; a change of status is an event.

    `seen_version` is the sum of `MetricProgress.newest_version` of the metrics the KPI reads: each only grows, so the
    sum tells every change, in whatever order versions were committed; the newest alone would not. `round_version` is
    the sum of all metrics of the organization. `kpi_version` is the sum of the versions of the KPI and of those its
    formula reads. `watched_…` say the same of the look for signals, which reads complete days only.
    """

    whole = "kpi"

    kpi = models.OneToOneField(Kpi, on_delete=models.CASCADE, primary_key=True, related_name="state")
    on = models.DateField()
    value = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    n = models.BigIntegerField(default=0)
    target = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, null=True)
    status = models.CharField(max_length=12, choices=Status)
    since = models.DateTimeField()
    seen_version = models.BigIntegerField(default=0)
    kpi_version = models.PositiveIntegerField(default=0)
    judged_at = models.DateTimeField(db_default=Now())
    round_version = models.BigIntegerField(default=0)
    watched_on = models.DateField(null=True)
    watched_version = models.BigIntegerField(default=0)
    watched_round = models.BigIntegerField(default=0)
    watched_kpi_version = models.PositiveIntegerField(default=0)


class Signal(Owned, Versioned):
    """A KPI has left its limits. It is acknowledged, becomes a task, or is closed with a reason.

    While it is open, a second one of the same kind, trend and team is not opened. `is_good` tells the better
    direction. The detector's numbers are those of the day it was seen.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="signals")
    team = models.ForeignKey("people.Team", on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=SignalKind)
    trend = models.CharField(max_length=4, choices=SignalTrend)
    is_good = models.BooleanField()
    state = models.CharField(max_length=12, choices=SignalState, default=SignalState.NEW)
    first_on = models.DateField()
    last_on = models.DateField()
    value = models.DecimalField(max_digits=38, decimal_places=6)
    expected = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    low = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    high = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    owner = models.ForeignKey("people.Membership", on_delete=models.SET_NULL, null=True, related_name="+")
    comment = models.TextField(_("comment"), blank=True)
    task_id = models.BigIntegerField(null=True)
    ending = models.CharField(max_length=12, choices=SignalEnding, blank=True)
    ending_reason = models.TextField(_("reason"), blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "team", "kind", "trend"],
                condition=Q(state__in=OPEN_SIGNALS),
                nulls_distinct=False,
                name="kpis_signal_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state=SignalState.CLOSED, closed_at__isnull=False) & ~Q(ending="")
                | (~Q(state=SignalState.CLOSED) & Q(closed_at__isnull=True, ending="")),
                name="kpis_signal_closed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=SignalState.TASK_OPENED) | Q(task_id__isnull=False),
                name="kpis_signal_has_its_task",
            ),
        ]
        indexes = [
            models.Index(
                F("organization"),
                F("id").desc(),
                condition=Q(state__in=OPEN_SIGNALS),
                name="kpis_signal_open",
            ),
            models.Index(F("kpi"), F("first_on").desc(), name="kpis_signal_of_kpi"),
        ]


class Forecast(Part):
    """The next periods of a KPI with an 80 % interval, as forecast on `made_on`, and how it did in the backtest.

    `inner_…` are the ends of the 50 % interval; rows of before it was kept have none until they are made again.
    """

    whole = "kpi"

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="forecasts")
    grain = models.CharField(max_length=8, choices=Grain)
    made_on = models.DateField()
    starts_on = ArrayField(models.DateField())
    points = ArrayField(models.FloatField())
    lows = ArrayField(models.FloatField())
    highs = ArrayField(models.FloatField())
    inner_lows = ArrayField(models.FloatField(), null=True)
    inner_highs = ArrayField(models.FloatField(), null=True)
    method = models.CharField(max_length=120)
    mase = models.FloatField(null=True)
    naive_mase = models.FloatField(null=True)
    coverage = models.FloatField(null=True)
    beats_naive = models.BooleanField()
    seen_version = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kpi", "grain"], name="kpis_forecast_once_per_grain"),
        ]


class BiReader(models.Model):
    """A database role that may read the `bi_v1` views, and whose organization it sees there."""

    role_name = models.CharField(max_length=63, unique=True)
    organization = models.ForeignKey("people.Organization", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
