"""KPIs with what they are computed by and measured against."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kpis.choices import Aggregate, Direction, Status
from kpis.library import formula_of
from kpis.models import Kpi, KpiDefinition, KpiTarget, Metric
from people.models import Membership

REFERENCE_DAYS = 28
MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Target:
    """A target and the limit up to which a value still counts as near it."""

    value: Decimal
    near: Decimal


@dataclass(frozen=True, slots=True)
class DefinedKpi:
    """A KPI with its definition in force and all its targets, newest first."""

    kpi: Kpi
    definition: KpiDefinition
    targets: list[KpiTarget] = field(default_factory=list)

    @property
    def metric_ids(self) -> list[int]:
        """The metrics its value depends on."""
        each = (self.definition.metric_id, self.definition.denominator_id)
        return [metric_id for metric_id in each if metric_id is not None]

    @property
    def is_balance(self) -> bool:
        """Whether its value depends on all earlier days."""
        return self.definition.aggregate == Aggregate.BALANCE

    @property
    def formula(self) -> str:
        """How it is computed, in words: those of the shipped definition, or made from the definition's parts."""
        shipped = formula_of(self.kpi.key, self.definition.version)
        if shipped:
            return str(shipped)
        metric, below = self.definition.metric, self.definition.denominator
        parts = {
            "aggregate": Aggregate(self.definition.aggregate).label,
            "metric": metric.key,
            "denominator": below.key if below else "",
        }
        if below:
            return _("%(aggregate)s: %(metric)s / %(denominator)s") % parts
        return _("%(aggregate)s of %(metric)s") % parts

    def target(self, on: date, days: int) -> Target | None:
        """The target in force on that day for a period of `days`; sums and counts are set per 28 days."""
        found = next((target for target in self.targets if target.starts_on <= on), None)
        if found is None:
            return None
        part = Decimal(1)
        if self.definition.aggregate in {Aggregate.SUM, Aggregate.COUNT}:
            part = Decimal(days) / REFERENCE_DAYS
        return Target((found.value * part).quantize(MICRO), (found.near * part).quantize(MICRO))

    def status(self, value: Decimal | None, n: int, target: Target | None) -> Status:
        """Where a value stands; too few data points are never judged."""
        if value is None or n < self.kpi.minimum_n:
            return Status.TOO_FEW
        if target is None:
            return Status.NO_TARGET
        sign = 1 if self.kpi.direction == Direction.UP else -1
        if sign * value >= sign * target.value:
            return Status.ON_TARGET
        return Status.NEAR if sign * value >= sign * target.near else Status.OFF_TARGET


def defined_kpis(kpis: QuerySet[Kpi]) -> list[DefinedKpi]:
    """These KPIs in their order, each with its newest definition; two queries."""
    definitions = list(
        KpiDefinition.objects.filter(kpi__in=kpis)
        .select_related("kpi__organization", "kpi__owner__user", "metric", "denominator")
        .order_by("kpi_id", "-version")
        .distinct("kpi_id")
    )
    targets: dict[int, list[KpiTarget]] = defaultdict(list)
    for target in KpiTarget.objects.filter(kpi__in=[each.kpi_id for each in definitions]).order_by(
        "-starts_on"
    ):
        targets[target.kpi_id].append(target)
    definitions.sort(key=lambda each: (each.kpi.position, each.kpi_id))
    return [DefinedKpi(each.kpi, each, targets[each.kpi_id]) for each in definitions]


def metrics(actor: Membership) -> QuerySet[Metric]:
    """Every metric of the actor's organization, by key."""
    return Metric.objects.visible_to(actor).order_by("key")
