"""What a shipped KPI is made of."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

from kpis.choices import Aggregate, Direction, Unit

HOUR = 3_600
DAY = 86_400


@dataclass(frozen=True, slots=True)
class KpiSpec:
    """A shipped KPI. The targets of `sum` and `count` are for 28 days, all others for a period of any length.

    `formula` says in words how it is computed; `expression` is the formula over other KPIs, for those that have one.
    The other fields are those of `KpiDefinition`.
    """

    key: str
    name_en: str
    name_zh: str
    unit: Unit
    direction: Direction
    aggregate: Aggregate
    target: Decimal | int
    near: Decimal | int
    formula: Promise
    metric: str = ""
    denominator: str = ""
    expression: str = ""
    scale: Decimal = Decimal(1)
    least_score: int | None = None
    most_score: int | None = None
    minimum_n: int = 1
    matures_after_days: int = 0
