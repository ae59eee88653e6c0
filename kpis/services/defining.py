"""What a definition must be, and what its metrics must keep for it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from common.errors import InvalidInput, Sentence
from kpis.choices import PAIRED, Aggregate, Unit
from kpis.formulas import Formula, FormulaError, parse
from kpis.models import Kpi, KpiDefinition, KpiDefinitionInput, Metric
from kpis.services.rollup import nudge
from people.models import Membership

LARGEST_SCALE, SCALE_STEP = Decimal(10) ** 8, Decimal("0.0001")
LATEST_MATURITY_DAYS = 730
# What an aggregate reads that not every cell holds.
KEPT = {
    Aggregate.LAST: "keeps_order",
    Aggregate.P50: "keeps_percentiles",
    Aggregate.P90: "keeps_percentiles",
}
OF_SCORES = (Aggregate.SHARE, Aggregate.NPS)
Problem = tuple[str, Sentence]


@dataclass(frozen=True, slots=True)
class Definition:
    """How a KPI is computed; metrics by key. See `KpiDefinition`."""

    aggregate: Aggregate
    metric: str = ""
    denominator: str = ""
    scale: Decimal = Decimal(1)
    least_score: int | None = None
    label: str = ""
    most_score: int | None = None
    denominator_label: str = ""
    formula: str = ""
    matures_after_days: int = 0
    applies_from: date | None = None


def checked_definition(by: Membership, kpi: Kpi, definition: Definition) -> KpiDefinition:
    """The next version of the KPI's definition, not stored yet; refuses one that cannot be computed.

    The KPI may be a new one that is not stored either.
    """
    names = [name for name in (definition.metric, definition.denominator) if name]
    metrics = {metric.key: metric for metric in Metric.objects.visible_to(by).filter(key__in=names)}
    newest = kpi.definitions.order_by("-version").first() if kpi.pk else None
    problems = list(_problems(definition, metrics))
    if newest is None and definition.applies_from is not None:
        problems.append(("applies_from", _("The first definition holds for all days.")))
    formula = None
    if definition.aggregate == Aggregate.FORMULA:
        formula, wrong = _checked_formula(by, kpi, definition.formula)
        problems += wrong
    if problems:
        raise InvalidInput(_by_field(problems))
    return KpiDefinition(
        kpi=kpi,
        version=newest.version + 1 if newest else 1,
        aggregate=definition.aggregate,
        metric=metrics.get(definition.metric),
        denominator=metrics.get(definition.denominator),
        scale=definition.scale,
        least_score=definition.least_score,
        most_score=definition.most_score,
        label=definition.label,
        denominator_label=definition.denominator_label,
        formula=formula.text if formula else "",
        matures_after_days=definition.matures_after_days,
        applies_from=definition.applies_from,
        created_by=by,
    )


def store_definition(definition: KpiDefinition) -> None:
    """The checked definition is stored, the KPIs its formula reads are known, and its metrics keep what it reads."""
    definition.save()
    if definition.formula:
        names = [name.key for name in parse(definition.formula).names]
        inputs = Kpi.objects.filter(organization_id=definition.kpi.organization_id, key__in=names)
        KpiDefinitionInput.objects.bulk_create(
            [KpiDefinitionInput(definition=definition, kpi=each) for each in inputs]
        )
    keep_what_is_read([definition])


def keep_what_is_read(definitions: Iterable[KpiDefinition]) -> None:
    """The metrics of these definitions keep what their aggregates read; the database logs days that lack it."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for each in definitions:
        flag = KEPT.get(Aggregate(each.aggregate))
        if flag is not None and each.metric_id is not None:
            wanted[flag].add(each.metric_id)
    for flag, metric_ids in wanted.items():
        if Metric.objects.filter(pk__in=metric_ids, **{flag: False}).update(**{flag: True}):
            nudge(metric_ids)


def refuse_broken_formulas(by: Membership, kpi: Kpi) -> None:
    """Refuses a unit with which the KPI's own formula, or one that reads it, makes no sense."""
    units = _units(by) | {kpi.key: Unit(kpi.unit)}
    readers = (
        KpiDefinition.objects.filter(kpi__organization_id=by.organization_id, aggregate=Aggregate.FORMULA)
        .select_related("kpi")
        .order_by("kpi_id", "-version")
        .distinct("kpi_id")
    )
    for reader in readers:
        formula = parse(reader.formula)
        if reader.kpi_id != kpi.pk and kpi.key not in {name.key for name in formula.names}:
            continue
        try:
            formula.check(units, units[reader.kpi.key])
        except FormulaError as error:
            sentence = _("The formula of “%(key)s” would not fit: %(reason)s")
            raise InvalidInput(
                {"unit": [sentence % {"key": reader.kpi.key, "reason": error.sentence}]}
            ) from error


def _checked_formula(by: Membership, kpi: Kpi, text: str) -> tuple[Formula | None, list[Problem]]:
    try:
        formula = parse(text)
        if not formula.names:
            raise FormulaError(1, _("A formula reads at least one KPI."))
        formula.check(_units(by) | {kpi.key: Unit(kpi.unit)}, Unit(kpi.unit))
        formula.check_cycle(kpi.key, _references(by))
    except FormulaError as error:
        sentence = _("Column %(column)s: %(sentence)s")
        return None, [("formula", sentence % {"column": error.column, "sentence": error.sentence})]
    return formula, []


def _units(by: Membership) -> dict[str, Unit]:
    return {key: Unit(unit) for key, unit in Kpi.objects.visible_to(by).values_list("key", "unit")}


def _references(by: Membership) -> Mapping[str, list[str]]:
    """The KPIs that each KPI's formulas read, over all versions: they all may meet in one series."""
    pairs = KpiDefinitionInput.objects.filter(kpi__organization_id=by.organization_id)
    references: dict[str, list[str]] = defaultdict(list)
    for reader, read in pairs.values_list("definition__kpi__key", "kpi__key").distinct():
        references[reader].append(read)
    return references


def _problems(definition: Definition, metrics: Mapping[str, Metric]) -> Iterator[Problem]:
    is_formula = definition.aggregate == Aggregate.FORMULA
    for field, name in (("metric", definition.metric), ("denominator", definition.denominator)):
        if name and name not in metrics:
            yield field, _("There is no such metric in your organization.")
    if is_formula and definition.metric:
        yield "metric", _("A formula reads KPIs, no metric.")
    if not is_formula and not definition.metric:
        yield "metric", _("Choose the metric that it is computed from.")
    if not is_formula and definition.formula:
        yield "formula", _("Only the aggregate “formula” has a formula.")
    if (definition.aggregate in PAIRED) != bool(definition.denominator):
        yield "denominator", _("A ratio or a mean age needs a second metric, and nothing else has one.")
    if definition.denominator_label and not definition.denominator:
        yield "denominator_label", _("Without a second metric there is nothing to narrow.")
    yield from _score_problems(definition, metrics.get(definition.metric))
    yield from _number_problems(definition)


def _score_problems(definition: Definition, metric: Metric | None) -> Iterator[Problem]:
    if definition.aggregate in OF_SCORES and metric is not None and not metric.is_ordinal:
        yield "metric", _("This aggregate needs a metric of scores.")
    least, most = definition.least_score, definition.most_score
    if definition.aggregate != Aggregate.SHARE:
        if least is not None:
            yield "least_score", _("Only a share has a lowest score.")
        if most is not None:
            yield "most_score", _("Only a share has a highest score.")
        return
    if least is None or not 0 <= least <= 10:
        yield "least_score", _("A share needs the lowest score that counts, from 0 to 10.")
    elif most is not None and not least <= most <= 10:
        yield "most_score", _("The highest score that counts lies between the lowest one and 10.")


def _number_problems(definition: Definition) -> Iterator[Problem]:
    scale = definition.scale
    if not scale.is_finite() or not SCALE_STEP <= scale < LARGEST_SCALE or scale % SCALE_STEP:
        yield "scale", _("The factor is a number from 0.0001 to 99,999,999 with at most four decimal places.")
    elif definition.aggregate == Aggregate.FORMULA and scale != 1:
        yield "scale", _("Write the factor into the formula.")
    if not 0 <= definition.matures_after_days <= LATEST_MATURITY_DAYS:
        yield "matures_after_days", _("A period can be told at most two years after its end.")
    on = definition.applies_from
    if on is not None and not 1900 <= on.year <= 2200:
        yield "applies_from", _("Days must lie between the years 1900 and 2200.")


def _by_field(problems: Iterable[Problem]) -> dict[str, list[Sentence]]:
    errors: dict[str, list[Sentence]] = {}
    for field, sentence in problems:
        errors.setdefault(field, []).append(sentence)
    return errors
