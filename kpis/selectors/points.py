"""One period of a series."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kpis.choices import Finality, Status
from kpis.selectors.amounts import Amount
from kpis.selectors.asking import Compare
from kpis.selectors.calendar import Period
from kpis.selectors.definitions import DefinedKpi
from kpis.selectors.targets import MICRO

WEEK_DAYS, WEEKS_COMPARED = 7, 4


@dataclass(frozen=True, slots=True)
class Point:
    """One period. `version` grows with every change of a cell below it; `low` and `high` enclose 95 %.

    `starts_at` is the moment an hour began. `compared_value` is what the series was asked to be compared with.
    """

    starts_on: date
    ends_on: date
    value: Decimal | None
    n: int
    numerator: Decimal | None
    denominator: Decimal | None
    finality: Finality
    version: int
    target: Decimal | None
    status: Status
    low: Decimal | None = None
    high: Decimal | None = None
    target_near: Decimal | None = None
    target_upper: Decimal | None = None
    target_near_upper: Decimal | None = None
    compared_value: Decimal | None = None
    definition_version: int | None = None
    starts_at: datetime | None = None


def point_of(
    kpi: DefinedKpi, period: Period, amount: Amount, finality: Finality, compared_value: Decimal | None
) -> Point:
    """The amount of a period with its target and where it stands."""
    target = kpi.target(period)
    definition = kpi.definition_on(period.ends_on)
    return Point(
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        value=amount.value,
        n=amount.n,
        numerator=amount.numerator,
        denominator=amount.denominator,
        finality=finality,
        version=amount.version,
        target=target.value if target else None,
        status=kpi.status(amount.value, amount.n, target),
        low=amount.low,
        high=amount.high,
        target_near=target.near if target else None,
        target_upper=target.upper if target else None,
        target_near_upper=target.near_upper if target else None,
        compared_value=compared_value,
        definition_version=definition.version if definition else None,
        starts_at=period.starts_at,
    )


def compared_values(compare: Compare | None, amounts: Sequence[Amount], skipped: int) -> list[Decimal | None]:
    """For each amount after the `skipped` ones: that of the period before, or of the same weekday in four weeks."""
    every = range(skipped, len(amounts))
    if compare is Compare.PREVIOUS:
        return [amounts[index - 1].value if index else None for index in every]
    if compare is Compare.WEEKDAY:
        steps = range(WEEK_DAYS, (WEEKS_COMPARED + 1) * WEEK_DAYS, WEEK_DAYS)
        return [_middle([amounts[index - step] for step in steps if step <= index]) for index in every]
    return [None for _ in every]


def _middle(amounts: Sequence[Amount]) -> Decimal | None:
    """What they are together for a quotient of sums, else the mean of their values; None where none has one."""
    values = [each.value for each in amounts if each.value is not None]
    if not values:
        return None
    tops = [each.numerator for each in amounts if each.numerator is not None and each.denominator]
    bottoms = [each.denominator for each in amounts if each.numerator is not None and each.denominator]
    if bottoms:
        scale = amounts[0].scale
        return (scale * sum(tops, Decimal(0)) / sum(bottoms, Decimal(0))).quantize(MICRO)
    return (sum(values, Decimal(0)) / len(values)).quantize(MICRO)
