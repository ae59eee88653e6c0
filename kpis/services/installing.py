"""The shipped metrics and KPIs in an organization."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction

from kpis.choices import Aggregate, Unit
from kpis.formulas import FormulaError, parse
from kpis.library import PUSHED_METRICS, SHIPPED_KPIS, KpiSpec
from kpis.models import Kpi, KpiDefinition, KpiDefinitionInput, KpiTarget, Metric
from kpis.registry import MetricSpec, shipped_metrics

TARGETS_FROM = date(2000, 1, 1)
PERCENTILES = (Aggregate.P50, Aggregate.P90)


@transaction.atomic
def install_library(organization_id: int) -> None:
    """Every shipped metric and KPI exists, new ones with a first definition and target; nothing existing changes.

    Left out is a KPI whose formula reads a KPI that was here before under the same key and in another unit.
    """
    create_metrics(organization_id, [*shipped_metrics().values(), *PUSHED_METRICS])
    metrics = dict(Metric.objects.filter(organization_id=organization_id).values_list("key", "pk"))
    missing = _missing(organization_id, metrics.keys())
    Kpi.objects.bulk_create(
        [_kpi(organization_id, position * 10, spec) for position, spec in missing.values()],
        ignore_conflicts=True,
    )
    kpis = Kpi.objects.filter(organization_id=organization_id, key__in=missing, definitions__isnull=True)
    new = [(kpi, missing[kpi.key][1]) for kpi in kpis]
    definitions = KpiDefinition.objects.bulk_create([_definition(kpi, spec, metrics) for kpi, spec in new])
    _store_inputs(organization_id, definitions)
    _keep_percentiles([each.metric_id for each in definitions if each.aggregate in PERCENTILES])
    KpiTarget.objects.bulk_create(
        [
            KpiTarget(kpi=kpi, starts_on=TARGETS_FROM, value=Decimal(spec.target), near=Decimal(spec.near))
            for kpi, spec in new
        ]
    )


def _missing(organization_id: int, metrics: Collection[str]) -> dict[str, tuple[int, KpiSpec]]:
    """The shipped KPIs to install, by key, with their positions, counted from 1."""
    units = {
        key: Unit(unit)
        for key, unit in Kpi.objects.filter(organization_id=organization_id).values_list("key", "unit")
    }
    missing = {
        spec.key: (position, spec)
        for position, spec in enumerate(SHIPPED_KPIS, start=1)
        if spec.key not in units
    }
    units |= {spec.key: spec.unit for _position, spec in missing.values()}
    return {key: (position, spec) for key, (position, spec) in missing.items() if _fits(spec, units, metrics)}


def _fits(spec: KpiSpec, units: dict[str, Unit], metrics: Collection[str]) -> bool:
    if not spec.expression:
        return {spec.metric, spec.denominator} - {""} <= set(metrics)
    try:
        parse(spec.expression).check(units, spec.unit)
    except FormulaError:
        return False
    return True


def _store_inputs(organization_id: int, definitions: Iterable[KpiDefinition]) -> None:
    kpis = dict(Kpi.objects.filter(organization_id=organization_id).values_list("key", "pk"))
    KpiDefinitionInput.objects.bulk_create(
        KpiDefinitionInput(definition=definition, kpi_id=kpis[name.key])
        for definition in definitions
        if definition.formula
        for name in parse(definition.formula).names
    )


def _keep_percentiles(metric_ids: Iterable[int | None]) -> None:
    """The cells of these metrics hold what percentiles need; the database logs the days of those that did not."""
    Metric.objects.filter(pk__in=set(metric_ids), keeps_percentiles=False).update(keeps_percentiles=True)


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
        metric_id=metrics[spec.metric] if spec.metric else None,
        denominator_id=metrics[spec.denominator] if spec.denominator else None,
        formula=spec.expression,
        scale=spec.scale,
        least_score=spec.least_score,
        most_score=spec.most_score,
        matures_after_days=spec.matures_after_days,
    )
