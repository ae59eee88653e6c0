"""KPIs with the versions of their definitions, what they are measured against, and the KPIs they are computed from."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache

from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from common.errors import NotVisible
from common.nesting import nested, revived
from kpis.choices import RUNNING, Aggregate, Status
from kpis.formulas import Formula, parse
from kpis.library import formula_of
from kpis.models import Kpi, KpiDefinition, KpiTarget, Metric
from kpis.selectors.calendar import Calendar, Period, calendar_of, today
from kpis.selectors.targets import Target, status_of, target_in
from people.models import Membership

# The KPIs asked for and all that their formulas read, over all versions.
WITH_INPUTS = """
WITH RECURSIVE needed(kpi_id) AS (
    SELECT id FROM ({asked}) AS asked(id)
    UNION
    SELECT i.kpi_id FROM needed AS n
    JOIN kpis_kpidefinition AS d ON d.kpi_id = n.kpi_id
    JOIN kpis_kpidefinitioninput AS i ON i.definition_id = d.id
) SELECT kpi_id FROM needed
"""


@lru_cache(maxsize=1_000)
def parsed(formula: str) -> Formula:
    """The formula of a stored definition, which was read without error before it was stored."""
    return parse(formula)


@dataclass(frozen=True)
class DefinedKpi:
    """A KPI with all versions of its definition and all its targets, newest first, and the KPIs its formulas read."""

    kpi: Kpi
    versions: list[KpiDefinition]
    targets: list[KpiTarget] = field(default_factory=list)
    by_key: Mapping[str, "DefinedKpi"] = field(default_factory=dict, repr=False, compare=False)
    forced: bool = False

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar of its organization."""
        return calendar_of(self.kpi.organization)

    @cached_property
    def definition(self) -> KpiDefinition:
        """The version in force today; before the first one is, the oldest."""
        return self.definition_on(today(self.kpi.organization)) or self.versions[-1]

    def definition_on(self, day: date) -> KpiDefinition | None:
        """The version that a period which ends on this day is computed by."""
        if self.forced:
            return self.versions[0]
        return next((each for each in self.versions if (each.applies_from or day) <= day), None)

    def only(self, version: int) -> "DefinedKpi | None":
        """The same KPI by this version of its definition alone, whatever the day; None where there is none."""
        found = [each for each in self.versions if each.version == version]
        return replace(self, versions=found, forced=True) if found else None

    @cached_property
    def closure(self) -> list["DefinedKpi"]:
        """Itself and all KPIs that it is computed from."""
        found = {self.kpi.key: self}
        waiting = [self]
        while waiting:
            for key in waiting.pop().input_keys:
                if key not in found and key in self.by_key:
                    found[key] = self.by_key[key]
                    waiting.append(found[key])
        return list(found.values())

    @cached_property
    def input_keys(self) -> set[str]:
        """The KPIs that its own formulas name."""
        formulas = (parsed(each.formula) for each in self.versions if each.formula)
        return {name.key for formula in formulas for name in formula.names}

    @property
    def leaves(self) -> Iterator[KpiDefinition]:
        """Every definition over metrics that its value depends on."""
        return (version for each in self.closure for version in each.versions if not version.formula)

    @cached_property
    def metric_ids(self) -> list[int]:
        """The metrics its value depends on."""
        ids = {each for leaf in self.leaves for each in (leaf.metric_id, leaf.denominator_id)}
        return sorted(metric_id for metric_id in ids if metric_id is not None)

    @cached_property
    def running_metric_ids(self) -> set[int]:
        """Those of its metrics of which all earlier days count."""
        running = [leaf for leaf in self.leaves if leaf.aggregate in RUNNING]
        ids = {each for leaf in running for each in (leaf.metric_id, leaf.denominator_id)}
        return {metric_id for metric_id in ids if metric_id is not None}

    @property
    def is_balance(self) -> bool:
        """Whether its value depends on all earlier days."""
        return self.definition.aggregate in RUNNING

    @cached_property
    def matures_after_days(self) -> int:
        """How many days after its end a period can be told: as long as the slowest thing it is computed from needs."""
        return max(each.definition.matures_after_days for each in self.closure)

    @property
    def formula(self) -> str:
        """How it is computed, in words: those of the shipped definition, or made from the definition's parts."""
        definition = self.definition
        shipped = formula_of(self.kpi.key, definition.version)
        if shipped:
            return str(shipped)
        if definition.metric is None:
            return definition.formula
        below = definition.denominator
        parts = {
            "aggregate": Aggregate(definition.aggregate).label,
            "metric": definition.metric.key,
            "denominator": below.key if below else "",
        }
        if below:
            return _("%(aggregate)s: %(metric)s / %(denominator)s") % parts
        return _("%(aggregate)s of %(metric)s") % parts

    def target(self, period: Period) -> Target | None:
        """The target for a period."""
        definition = self.definition_on(period.ends_on) or self.definition
        return target_in(self.targets, period, Aggregate(definition.aggregate), self.calendar)

    def status(self, value: Decimal | None, n: int, target: Target | None) -> Status:
        """Where a value stands; too few data points are never judged."""
        return status_of(self.kpi.direction, self.kpi.minimum_n, value, n, target)


def defined_kpis(kpis: QuerySet[Kpi], *, known_at: datetime | None = None) -> list[DefinedKpi]:
    """These KPIs of one organization in their order, each with all that it is computed from; one query.

    With `known_at`, only definitions made until then; a KPI without one is left out.
    """
    try:
        asked, parameters = kpis.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    needed = RawSQL(WITH_INPUTS.format(asked=asked), parameters)  # noqa: S611 - the text is Django's own
    definitions = (
        KpiDefinition.objects.filter(kpi_id__in=needed)
        .annotate(
            is_asked=Exists(kpis.filter(pk=OuterRef("kpi_id"))),
            known_targets=nested(KpiTarget.objects.filter(kpi=OuterRef("kpi_id")).order_by("-starts_on")),
        )
        .select_related("kpi__organization", "kpi__owner__user", "metric", "denominator")
        .order_by("kpi__position", "kpi_id", "-version")
    )
    if known_at is not None:
        definitions = definitions.filter(created_at__lte=known_at)
    versions: dict[int, list[KpiDefinition]] = defaultdict(list)
    for each in definitions:
        versions[each.kpi_id].append(each)
    by_key: dict[str, DefinedKpi] = {}
    for found in versions.values():
        targets = _targets(found[0]) if _is_asked(found) else []
        by_key[found[0].kpi.key] = DefinedKpi(found[0].kpi, found, targets, by_key)
    return [each for each in by_key.values() if _is_asked(each.versions)]


def ids_of_kpis(actor: Membership, keys: Collection[str]) -> dict[str, int]:
    """The ids of the KPIs of these keys; unknown ones are left out. One query."""
    rows = Kpi.objects.visible_to(actor).filter(key__in=keys)
    return dict(rows.values_list("key", "pk"))


def metrics(actor: Membership) -> QuerySet[Metric]:
    """Every metric of the actor's organization, by key."""
    return Metric.objects.visible_to(actor).order_by("key")


def get_metric(actor: Membership, key: str) -> Metric:
    """One metric; refuses one the actor cannot see. One query."""
    metric = metrics(actor).filter(key=key).first()
    if metric is None:
        raise NotVisible
    return metric


def _is_asked(versions: list[KpiDefinition]) -> bool:
    return bool(getattr(versions[0], "is_asked", False))


def _targets(version: KpiDefinition) -> list[KpiTarget]:
    """Those of its KPI, newest first."""
    return revived(KpiTarget, version.known_targets)  # type: ignore[attr-defined] # annotated above
