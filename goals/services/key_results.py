"""Setting the key results of a goal."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.errors import InvalidInput
from goals.choices import Source
from goals.models import Goal, KeyResult
from kpis.models import Kpi

FIELDS = ("name_en", "name_zh", "source", "kpi_id", "start_value", "target_value", "manual_value", "weight")


@dataclass(frozen=True, slots=True)
class KeyResultInput:
    """A key result as somebody wants it; `id` names the one to change, None a new one."""

    source: str
    start_value: Decimal
    target_value: Decimal
    name_en: str = ""
    name_zh: str = ""
    kpi_id: int | None = None
    manual_value: Decimal | None = None
    weight: int = 1
    id: int | None = None


def set_key_results(goal: Goal, wanted: Sequence[KeyResultInput]) -> bool:
    """The goal has exactly these key results; True where that was a change. Refuses wrong fields."""
    known = {key_result.pk: key_result for key_result in goal.key_results.all()}
    _refuse_wrong(goal, wanted, set(known))
    changed = False
    for row in wanted:
        key_result = known.pop(row.id) if row.id is not None else KeyResult(goal=goal)
        values = {name: getattr(row, name) for name in FIELDS}
        if row.id is None or any(getattr(key_result, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(key_result, name, value)
            key_result.save()
            changed = True
    if known:
        KeyResult.objects.filter(pk__in=known).delete()
    return changed or bool(known)


def _refuse_wrong(goal: Goal, wanted: Sequence[KeyResultInput], known: set[int]) -> None:
    kpi_ids = {row.kpi_id for row in wanted if row.kpi_id is not None}
    kpis = set(
        Kpi.objects.filter(organization_id=goal.organization_id, pk__in=kpi_ids).values_list("pk", flat=True)
    )
    wrong: dict[str, list[Any]] = {}
    seen: set[int] = set()
    for number, row in enumerate(wanted):
        for name, sentences in _wrong_fields(row, kpis).items():
            wrong[f"key_results/{number}/{name}"] = sentences
        if row.id is None:
            continue
        if row.id not in known or row.id in seen:
            wrong[f"key_results/{number}/id"] = [_("There is no such key result in this goal.")]
        seen.add(row.id)
    if wrong:
        raise InvalidInput(wrong)


def _wrong_fields(row: KeyResultInput, kpis: set[int]) -> dict[str, list[Any]]:
    wrong: dict[str, list[Any]] = {}
    try:
        KeyResult(**{name: getattr(row, name) for name in FIELDS}).clean_fields(exclude=["goal", "kpi"])
    except ValidationError as error:
        wrong.update(error.message_dict)
    if not (row.name_en or row.name_zh):
        wrong["name_en"] = [_("Give the key result a name in English, in Chinese, or in both.")]
    if row.start_value == row.target_value:
        wrong["target_value"] = [_("The target must differ from the start.")]
    if not 1 <= row.weight <= 100:
        wrong["weight"] = [_("Choose a weight from 1 to 100.")]
    if row.source == Source.KPI and row.kpi_id not in kpis:
        wrong["kpi_id"] = [_("Choose a KPI of your organization.")]
    if row.source != Source.KPI and row.kpi_id is not None:
        wrong["kpi_id"] = [_("Only a key result measured by a KPI names one.")]
    return wrong
