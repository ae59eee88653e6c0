"""How much each size of the benchmark loads and how long it looks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Size:
    """`metrics` × `facts_each` facts over `days`; the dashboard's metrics hold `dashboard_facts` together."""

    name: str
    metrics: int
    facts_each: int
    days: int
    dashboard_facts: int
    pushed_facts: int
    writing_seconds: float
    watched_seconds: float
    random_operations: int
    hourly_series: int | None
    zone_step: int

    @property
    def facts(self) -> int:
        """All facts of the wide metrics."""
        return self.metrics * self.facts_each

    @property
    def last_on(self) -> date:
        """The last day with facts: the day before yesterday, so that every day is complete in every zone."""
        return datetime.now(UTC).date() - timedelta(days=2)

    @property
    def first_on(self) -> date:
        """The first day with facts."""
        return self.last_on - timedelta(days=self.days - 1)


FULL = Size(
    name="full",
    metrics=1_000,
    facts_each=10_000,
    days=400,
    dashboard_facts=3_000_000,
    pushed_facts=200_000,
    writing_seconds=20,
    watched_seconds=60,
    random_operations=100_000,
    hourly_series=None,
    zone_step=1,
)
SMALL = Size(
    name="small",
    metrics=200,
    facts_each=1_000,
    days=400,
    dashboard_facts=200_000,
    pushed_facts=20_000,
    writing_seconds=4,
    watched_seconds=8,
    random_operations=3_000,
    hourly_series=20,
    zone_step=25,
)
SIZES = {size.name: size for size in (FULL, SMALL)}
