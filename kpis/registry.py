"""What the apps above tell this one at start-up: which metrics they feed, and how a row becomes facts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpis.models import Kpi
    from people.models import Membership


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A metric that ships with the product; `name_en` and `name_zh` are what a new organization starts with."""

    key: str
    name_en: str
    name_zh: str
    unit: str
    is_ordinal: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact derived from a row. `part` tells facts of the same row and metric apart ("" for the only one)."""

    metric_key: str
    occurred_at: datetime
    value: Decimal | int
    team_id: int | None = None
    member_id: int | None = None
    label: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class FactSource:
    """One kind of row that facts come from.

    `name` starts the source keys (`feedback:812`, `feedback:812:reopened-2`); `facts_of` is the one rule that
    derives a row's facts; `rows_of` walks an organization's rows for `manage.py rebuild_facts`; `url_of` names
    the page of a row for drill-down.
    """

    name: str
    metrics: tuple[MetricSpec, ...]
    facts_of: Callable[[int, Iterable[int]], dict[int, list[Fact]]]
    ids_of: Callable[[int], Iterator[int]]
    url_name: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something that happened at a day of a KPI's chart; told beside the values, never as their cause."""

    kind: str
    day: date
    text: str
    url: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class AnnotationSource:
    """Tells what of another app belongs to a KPI's chart: what the member may see of the days from first to last."""

    name: str
    annotations_of: Callable[["Membership", "Kpi", date, date], list[Annotation]]


sources: dict[str, FactSource] = {}
annotation_sources: dict[str, AnnotationSource] = {}


def register(source: FactSource) -> None:
    """Make `source` known; called from the `AppConfig.ready` of the app that owns the rows."""
    sources[source.name] = source


def register_annotations(source: AnnotationSource) -> None:
    """Make `source` known, as `register` does for facts."""
    annotation_sources[source.name] = source


def shipped_metrics() -> dict[str, MetricSpec]:
    """Every metric the apps feed, by key."""
    return {spec.key: spec for source in sources.values() for spec in source.metrics}
