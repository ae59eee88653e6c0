"""How many of last month's customers order again: counted every Monday by the shop and pushed as two numbers."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from home.demo import story
from home.demo.year import Year, level, whole

CUSTOMERS_A_DAY = 2.4
MONDAY_HOUR = 6.0


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers at the start, and those of them who stayed."""

    at: datetime
    customers: int
    stayed: int


def cohorts(year: Year, rng: Random) -> list[Cohort]:
    """One for each Monday of the year."""
    mondays = [day for day in year.days if day.isoweekday() == 1 and year.at(day, MONDAY_HOUR) < year.now]
    rows = []
    for day in mondays:
        customers = whole(CUSTOMERS_A_DAY * level(story.ORDERS, year.position(day)), rng)
        share = level(story.RETAINED, year.position(day)) + rng.gauss(0, 0.006)
        rows.append(Cohort(year.at(day, MONDAY_HOUR), customers, round(customers * share)))
    return rows
