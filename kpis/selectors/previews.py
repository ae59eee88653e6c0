"""What a definition that is not stored yet would make of the past."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from kpis.cellsql import Source
from kpis.choices import Aggregate, Grain
from kpis.models import Kpi, KpiDefinition, Metric, Publication
from kpis.selectors.amounts import Amount
from kpis.selectors.calendar import Period, periods, today
from kpis.selectors.definitions import DefinedKpi, defined_kpis, parsed
from kpis.selectors.evaluating import Asked, evaluate
from kpis.selectors.freshness import freshness
from kpis.selectors.totals import Scope
from people.models import Membership

WEEKS = 26
KEPT = {Aggregate.LAST: "keeps_order", Aggregate.P50: "keeps_percentiles", Aggregate.P90: "keeps_percentiles"}


@dataclass(frozen=True, slots=True)
class PreviewPoint:
    """A week as it is computed now and as it would be."""

    period: Period
    old: Decimal | None
    new: Amount
    is_published: bool

    @property
    def changes(self) -> bool:
        """Whether its value would be another."""
        return self.old != self.new.value


@dataclass(frozen=True, slots=True)
class Preview:
    """The last 26 weeks by both definitions; where the KPI is new, the old values are all None."""

    kpi: DefinedKpi
    points: list[PreviewPoint]
    is_new: bool

    @property
    def changed(self) -> list[PreviewPoint]:
        """Those whose value would be another."""
        return [point for point in self.points if point.changes]


def preview(actor: Membership, kpi: Kpi, definition: KpiDefinition) -> Preview:
    """The KPI's past weeks by the definition, which is checked but not stored; nothing is written."""
    present = next(iter(defined_kpis(Kpi.objects.visible_to(actor).filter(pk=kpi.pk))), None)
    proposed = _proposed(actor, kpi, present, definition)
    now = today(actor.organization)
    weeks = tuple(periods(now - timedelta(weeks=WEEKS - 1), now, Grain.WEEK, proposed.calendar))
    new = _amounts(proposed, weeks)
    old = _amounts(present, weeks) if present else [None] * len(weeks)
    through_on = (
        Publication.objects.filter(organization_id=actor.organization_id)
        .order_by("-through_on")
        .values_list("through_on", flat=True)
        .first()
    )
    return Preview(
        proposed,
        [
            PreviewPoint(week, each.value if each else None, amount, _is_published(week, through_on))
            for week, each, amount in zip(weeks, old, new, strict=True)
        ],
        is_new=present is None,
    )


def _proposed(
    actor: Membership, kpi: Kpi, present: DefinedKpi | None, definition: KpiDefinition
) -> DefinedKpi:
    names = [name.key for name in parsed(definition.formula).names] if definition.formula else []
    inputs = defined_kpis(Kpi.objects.visible_to(actor).filter(key__in=names)) if names else []
    by_key = {**(present.by_key if present else {}), **(inputs[0].by_key if inputs else {})}
    if present is None:
        kpi.organization = actor.organization
        return DefinedKpi(kpi, [definition], [], by_key)
    return replace(present, kpi=kpi, versions=[definition, *present.versions], by_key=by_key)


def _amounts(kpi: DefinedKpi, weeks: tuple[Period, ...]) -> list[Amount]:
    fresh = freshness(kpi.metric_ids)
    asked = [Asked(kpi, weeks)]
    lacking = [(leaf.metric, flag) for leaf in kpi.leaves if leaf.metric and (flag := _lacking(leaf))]
    if not lacking:
        return evaluate(asked, Scope(), fresh.begun, fresh.read_at)[0].whole
    # The facts are folded by what their metrics keep, so these keep it until the numbers are read.
    with transaction.atomic():
        for metric, flag in lacking:
            Metric.objects.filter(pk=metric.pk).update(**{flag: True})
        found = evaluate(asked, Scope(source=Source.FACTS), fresh.begun, fresh.read_at)[0].whole
        transaction.set_rollback(True)
    return found


def _lacking(leaf: KpiDefinition) -> str:
    """What the definition reads and the cells of its metric do not hold; empty where they do."""
    flag = KEPT.get(Aggregate(leaf.aggregate), "")
    return flag if flag and not getattr(leaf.metric, flag) else ""


def _is_published(week: Period, through_on: date | None) -> bool:
    return through_on is not None and week.ends_on <= through_on
