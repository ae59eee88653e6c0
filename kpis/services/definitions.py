"""What is measured: metrics and KPIs, the versions of their definitions, and their life."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible, Sentence, StaleVersion
from kpis.choices import ChangeKind, Direction, Unit
from kpis.models import Kpi, KpiDefinition, Metric
from kpis.permissions import can_define_kpis
from kpis.services.changes import log_change
from kpis.services.defining import (
    Definition,
    checked_definition,
    refuse_broken_formulas,
    store_definition,
)
from people.models import Membership, Organization

NEEDS_A_NAME = gettext_lazy("Give it a name in English, in Chinese, or in both.")
EDITABLE = ("name_en", "name_zh", "unit", "direction", "owner", "minimum_n", "description")


@transaction.atomic
def create_metric(
    by: Membership,
    *,
    key: str,
    unit: Unit,
    name_en: str = "",
    name_zh: str = "",
    is_ordinal: bool = False,
    keeps_hours: bool = False,
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
        keeps_hours=keeps_hours,
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
    description: str = "",
) -> Kpi:
    """A new KPI with its first definition. Managers only; refuses a known key, no name and a bad definition."""
    _refuse_others(by)
    _hold_definitions(by)
    kpi = Kpi(
        organization_id=by.organization_id,
        key=key,
        name_en=name_en,
        name_zh=name_zh,
        unit=unit,
        direction=direction,
        minimum_n=minimum_n,
        owner=owner,
        description=description,
    )
    errors = _problems(kpi)
    if Kpi.objects.visible_to(by).filter(key=key).exists():
        errors["key"] = [_("Another KPI of your organization has this key.")]
    if errors:
        raise InvalidInput(errors)
    first = checked_definition(by, kpi, definition)
    kpi.save()
    store_definition(first)
    log_change(ChangeKind.REDEFINED, kpi, first_on=None)
    record("kpi.created", subject=kpi, organization_id=kpi.organization_id, by=by, key=key)
    return kpi


@transaction.atomic
def edit_kpi(by: Membership, key: str, version: int | None, **changes: Any) -> Kpi:
    """The KPI's name, unit, direction, owner, smallest n or description are others. Managers only.

    Refuses a stale version, and a unit with which its own formula, or one that reads it, makes no sense.
    """
    kpi = locked_kpi(by, key, version)
    fields = [name for name in EDITABLE if name in changes and getattr(kpi, name) != changes[name]]
    if not fields:
        return kpi
    if "unit" in fields:
        _hold_definitions(by)
    for name in fields:
        setattr(kpi, name, changes[name])
    if errors := _problems(kpi):
        raise InvalidInput(errors)
    if "unit" in fields:
        refuse_broken_formulas(by, kpi)
    return saved_kpi(kpi, fields, by, "kpi.edited", fields=",".join(fields))


@transaction.atomic
def change_definition(by: Membership, key: str, definition: Definition, version: int | None) -> KpiDefinition:
    """The KPI is computed by its next definition; the earlier ones stay as they were. Managers only.

    Periods that end before its `applies_from` keep the definition they had. Refuses a stale version.
    """
    kpi = locked_kpi(by, key, version)
    _hold_definitions(by)
    added = checked_definition(by, kpi, definition)
    store_definition(added)
    saved_kpi(kpi, [], by, "kpi.redefined", definition=added.version)
    log_change(ChangeKind.REDEFINED, kpi, first_on=added.applies_from)
    return added


@transaction.atomic
def archive_kpi(by: Membership, key: str, version: int | None = None) -> Kpi:
    """The KPI is no longer among those in use; its numbers stay, and so do formulas that read it. Managers only."""
    kpi = locked_kpi(by, key, version)
    if kpi.archived_at is not None:
        return kpi
    kpi.archived_at = timezone.now()
    return saved_kpi(kpi, ["archived_at"], by, "kpi.archived")


@transaction.atomic
def restore_kpi(by: Membership, key: str, version: int | None = None) -> Kpi:
    """The archived KPI is in use again. Managers only."""
    kpi = locked_kpi(by, key, version)
    if kpi.archived_at is None:
        return kpi
    kpi.archived_at = None
    return saved_kpi(kpi, ["archived_at"], by, "kpi.restored")


def locked_kpi(by: Membership, key: str, version: int | None) -> Kpi:
    """The KPI, held until the transaction ends; refuses unknown keys, others than managers, and a stale version."""
    kpi = Kpi.objects.visible_to(by).select_for_update(of=("self",), no_key=True).filter(key=key).first()
    if kpi is None:
        raise NotVisible
    _refuse_others(by)
    if version is not None and version != kpi.version:
        raise StaleVersion
    return kpi


def saved_kpi(kpi: Kpi, changed: list[str], by: Membership, verb: str, **facts: str | int | None) -> Kpi:
    """The KPI has its next version, and an event says what happened."""
    kpi.version += 1
    kpi.save(update_fields=[*changed, "version", "updated_at"])
    record(verb, subject=kpi, organization_id=kpi.organization_id, by=by, **facts)
    return kpi


def _refuse_others(by: Membership) -> None:
    if not can_define_kpis(by):
        raise NotAllowed


def _hold_definitions(by: Membership) -> None:
    """One change at a time: two formulas, each right alone, could read each other."""
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)


def _problems(kpi: Kpi) -> dict[str, list[Sentence]]:
    errors: dict[str, list[Sentence]] = {}
    if not kpi.name_en and not kpi.name_zh:
        errors["name_en"] = [NEEDS_A_NAME]
    if kpi.owner is not None and kpi.owner.organization_id != kpi.organization_id:
        errors["owner"] = [_("There is no such member in your organization.")]
    return errors
