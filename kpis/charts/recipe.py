"""How a KPI is computed, and by which versions of its definition it ever was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from kpis.choices import Aggregate, Unit
from kpis.models import KpiDefinition
from kpis.selectors.definitions import DefinedKpi


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a definition: since when it holds, who made it, and what it says."""

    number: int
    applies_from: date | None
    made_at: datetime
    made_by: str
    text: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a KPI is computed today."""

    words: str
    definition: KpiDefinition
    inputs: Sequence[DefinedKpi]
    interval: str
    versions: Sequence[Version]


def recipe_of(defined: DefinedKpi, makers: Mapping[int, str]) -> Recipe:
    """The recipe; `makers` are the names of those who made the versions, by membership."""
    present = defined.definition
    return Recipe(
        words=defined.formula,
        definition=present,
        inputs=[defined.by_key[key] for key in sorted(defined.input_keys) if key in defined.by_key],
        interval=interval_method(present),
        versions=[
            Version(
                number=each.version,
                applies_from=each.applies_from,
                made_at=each.created_at,
                made_by=makers.get(each.created_by_id or 0, ""),
                text=definition_text(each),
                is_in_force=each == present,
            )
            for each in defined.versions
        ],
    )


def definition_text(definition: KpiDefinition) -> str:
    """A definition in one line: its aggregate over its metrics, its limits and its scale."""
    aggregate = Aggregate(definition.aggregate)
    if definition.metric is None:
        return definition.formula
    text = f"{aggregate.label}: {_metric_text(definition.metric.key, definition.label)}"
    if definition.denominator is not None:
        text += f" / {_metric_text(definition.denominator.key, definition.denominator_label)}"
    if definition.least_score is not None:
        text += f" {_limits_text(definition.least_score, definition.most_score)}"
    if definition.scale != 1:
        text += f" × {definition.scale.normalize():f}"
    return text


def interval_method(definition: KpiDefinition) -> str:
    """How the interval of its values is made; says so where there is none."""
    match Aggregate(definition.aggregate):
        case Aggregate.SHARE:
            return _("95%, by Wilson's method for shares")
        case Aggregate.NPS:
            return _("95%, 1.96 standard errors to each side")
        case Aggregate.MEAN:
            return _("95%, 1.96 standard errors to each side; by Wilson's method where every value is 0 or 1")
        case Aggregate.RATIO if _counts_only(definition):
            return _("95%, for a rate of counted events")
        case _:
            return _("none: nothing is known of the spread of such a value")


def _counts_only(definition: KpiDefinition) -> bool:
    metrics = (definition.metric, definition.denominator)
    return all(metric is not None and metric.unit == Unit.COUNT for metric in metrics)


def _metric_text(key: str, label: str) -> str:
    return f"{key} [{label}]" if label else key


def _limits_text(least: int, most: int | None) -> str:
    return f"≥ {least}" if most is None else f"{least}–{most}"
