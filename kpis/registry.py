"""What the apps above tell this one at start-up: which metrics they feed, and how a row becomes facts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


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


sources: dict[str, FactSource] = {}


def register(source: FactSource) -> None:
    """Make `source` known; called from the `AppConfig.ready` of the app that owns the rows."""
    sources[source.name] = source


def shipped_metrics() -> dict[str, MetricSpec]:
    """Every metric the apps feed, by key."""
    return {spec.key: spec for source in sources.values() for spec in source.metrics}
