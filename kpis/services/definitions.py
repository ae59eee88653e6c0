"""What is measured and how: KPIs, the versions of their definitions, their targets."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible, Sentence, StaleVersion
from kpis.choices import Aggregate, Direction, Unit
from kpis.models import Kpi, KpiDefinition, KpiTarget, Metric
from kpis.permissions import can_define_kpis
from people.models import Membership

NEEDS_A_NAME = gettext_lazy("Give it a name in English, in Chinese, or in both.")


@dataclass(frozen=True, slots=True)
class Definition:
    """How a KPI is computed; metrics by key. See `KpiDefinition`."""

    aggregate: Aggregate
    metric: str
    denominator: str = ""
    scale: Decimal = Decimal(1)
    least_score: int | None = None
    label: str = ""


@transaction.atomic
def create_metric(
    by: Membership, *, key: str, unit: Unit, name_en: str = "", name_zh: str = "", is_ordinal: bool = False
) -> Metric:
    """A new metric to push measurements to. Managers only; refuses a known key and a metric without a name."""
    _refuse_others(by)
    errors: dict[str, list[Sentence]] = {}
    if Metric.objects.visible_to(by).filter(key=key).exists():
        errors["key"] = [_("Another metric of your organization has this key.")]
    if not name_en and not name_zh:
        errors["name_en"] = [NEEDS_A_NAME]
    if errors:
        raise InvalidInput(errors)
    metric = Metric.objects.create(
        organization_id=by.organization_id,
        key=key,
        unit=unit,
        name_en=name_en,
        name_zh=name_zh,
        is_ordinal=is_ordinal,
    )
    record("metric.created", subject=metric, organization_id=by.organization_id, by=by, key=key)
    return metric


@transaction.atomic
def create_kpi(
    by: Membership,
    *,
    key: str,
    unit: Unit,
    direction: Direction,
    definition: Definition,
    name_en: str = "",
    name_zh: str = "",
    minimum_n: int = 1,
    owner: Membership | None = None,
) -> Kpi:
    """A new KPI with its first definition. Managers only; refuses a known key, no name and a bad definition."""
    _refuse_others(by)
    errors: dict[str, list[Sentence]] = {}
    if Kpi.objects.visible_to(by).filter(key=key).exists():
        errors["key"] = [_("Another KPI of your organization has this key.")]
    if not name_en and not name_zh:
        errors["name_en"] = [NEEDS_A_NAME]
    if owner is not None and owner.organization_id != by.organization_id:
        errors["owner"] = [_("There is no such member in your organization.")]
    if errors:
        raise InvalidInput(errors)
    kpi = Kpi.objects.create(
        organization_id=by.organization_id,
        key=key,
        name_en=name_en,
        name_zh=name_zh,
        unit=unit,
        direction=direction,
        minimum_n=minimum_n,
        owner=owner,
    )
    _add_definition(by, kpi, 1, definition)
    record("kpi.created", subject=kpi, organization_id=kpi.organization_id, by=by, key=key)
    return kpi


@transaction.atomic
def change_definition(by: Membership, key: str, definition: Definition, version: int | None) -> KpiDefinition:
    """The KPI is computed by its next definition from now on; the earlier ones stay as they were. Managers only."""
    kpi = _locked(by, key)
    _refuse_others(by)
    if version is not None and version != kpi.version:
        raise StaleVersion
    newest = kpi.definitions.order_by("-version").first()
    added = _add_definition(by, kpi, newest.version + 1 if newest else 1, definition)
    kpi.version += 1
    kpi.save(update_fields=["version", "updated_at"])
    record("kpi.redefined", subject=kpi, organization_id=kpi.organization_id, by=by, definition=added.version)
    return added


@transaction.atomic
def set_target(by: Membership, key: str, starts_on: date, value: Decimal, near: Decimal) -> KpiTarget:
    """From that day on the target is `value`, and up to `near` still counts as near it. Managers only."""
    kpi = _locked(by, key)
    _refuse_others(by)
    sign = 1 if kpi.direction == Direction.UP else -1
    if sign * near > sign * value:
        raise InvalidInput({"near": [_("The limit of near must not be better than the target.")]})
    target, _created = KpiTarget.objects.update_or_create(
        kpi=kpi, starts_on=starts_on, defaults={"value": value, "near": near}
    )
    kpi.version += 1
    kpi.save(update_fields=["version", "updated_at"])
    record(
        "kpi.target_set",
        subject=kpi,
        organization_id=kpi.organization_id,
        by=by,
        starts_on=starts_on.isoformat(),
        value=str(value),
    )
    return target


def _locked(by: Membership, key: str) -> Kpi:
    kpi = Kpi.objects.visible_to(by).select_for_update(of=("self",)).filter(key=key).first()
    if kpi is None:
        raise NotVisible
    return kpi


def _refuse_others(by: Membership) -> None:
    if not can_define_kpis(by):
        raise NotAllowed


def _add_definition(by: Membership, kpi: Kpi, version: int, definition: Definition) -> KpiDefinition:
    names = [name for name in (definition.metric, definition.denominator) if name]
    metrics = {metric.key: metric for metric in Metric.objects.visible_to(by).filter(key__in=names)}
    if errors := _definition_problems(definition, metrics):
        raise InvalidInput(errors)
    return KpiDefinition.objects.create(
        kpi=kpi,
        version=version,
        aggregate=definition.aggregate,
        metric=metrics[definition.metric],
        denominator=metrics.get(definition.denominator),
        scale=definition.scale,
        least_score=definition.least_score,
        label=definition.label,
        created_by=by,
    )


def _definition_problems(definition: Definition, metrics: dict[str, Metric]) -> dict[str, list[Sentence]]:
    errors: dict[str, list[Sentence]] = {}
    for field, name in (("metric", definition.metric), ("denominator", definition.denominator)):
        if name and name not in metrics:
            errors[field] = [_("There is no such metric in your organization.")]
    if (definition.aggregate == Aggregate.RATIO) != bool(definition.denominator):
        errors["denominator"] = [_("A ratio needs a second metric, and only a ratio has one.")]
    metric = metrics.get(definition.metric)
    if definition.aggregate == Aggregate.SHARE:
        if definition.least_score is None or not 0 <= definition.least_score <= 10:
            errors["least_score"] = [_("A share needs the lowest score that counts, from 0 to 10.")]
        elif metric is not None and not metric.is_ordinal:
            errors["metric"] = [_("A share needs a metric of scores.")]
    elif definition.least_score is not None:
        errors["least_score"] = [_("Only a share has a lowest score.")]
    return errors
