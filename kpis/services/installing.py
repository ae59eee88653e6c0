"""The shipped metrics and KPIs in an organization."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction

from kpis.library import PUSHED_METRICS, SHIPPED_KPIS, KpiSpec
from kpis.models import Kpi, KpiDefinition, KpiTarget, Metric
from kpis.registry import MetricSpec, shipped_metrics

TARGETS_FROM = date(2000, 1, 1)


@transaction.atomic
def install_library(organization_id: int) -> None:
    """Every shipped metric and KPI exists, new ones with a first definition and target; nothing existing changes."""
    create_metrics(organization_id, [*shipped_metrics().values(), *PUSHED_METRICS])
    metrics = dict(Metric.objects.filter(organization_id=organization_id).values_list("key", "pk"))
    present = set(Kpi.objects.filter(organization_id=organization_id).values_list("key", flat=True))
    missing = {
        spec.key: (position, spec)
        for position, spec in enumerate(SHIPPED_KPIS, start=1)
        if spec.key not in present and {spec.metric, spec.denominator} - {""} <= metrics.keys()
    }
    Kpi.objects.bulk_create(
        [_kpi(organization_id, position * 10, spec) for position, spec in missing.values()],
        ignore_conflicts=True,
    )
    kpis = Kpi.objects.filter(organization_id=organization_id, key__in=missing, definitions__isnull=True)
    new = [(kpi, missing[kpi.key][1]) for kpi in kpis]
    KpiDefinition.objects.bulk_create([_definition(kpi, spec, metrics) for kpi, spec in new])
    KpiTarget.objects.bulk_create(
        [
            KpiTarget(kpi=kpi, starts_on=TARGETS_FROM, value=Decimal(spec.target), near=Decimal(spec.near))
            for kpi, spec in new
        ]
    )


def create_metrics(organization_id: int, specs: Iterable[MetricSpec]) -> None:
    """These metrics exist; those that did already stay as they are."""
    metrics = [
        Metric(
            organization_id=organization_id,
            key=spec.key,
            name_en=spec.name_en,
            name_zh=spec.name_zh,
            unit=spec.unit,
            is_ordinal=spec.is_ordinal,
        )
        for spec in specs
    ]
    Metric.objects.bulk_create(metrics, ignore_conflicts=True)


def _kpi(organization_id: int, position: int, spec: KpiSpec) -> Kpi:
    return Kpi(
        organization_id=organization_id,
        key=spec.key,
        name_en=spec.name_en,
        name_zh=spec.name_zh,
        unit=spec.unit,
        direction=spec.direction,
        minimum_n=spec.minimum_n,
        position=position,
    )


def _definition(kpi: Kpi, spec: KpiSpec, metrics: dict[str, int]) -> KpiDefinition:
    return KpiDefinition(
        kpi=kpi,
        version=1,
        aggregate=spec.aggregate,
        metric_id=metrics[spec.metric],
        denominator_id=metrics[spec.denominator] if spec.denominator else None,
        scale=spec.scale,
        least_score=spec.least_score,
    )
