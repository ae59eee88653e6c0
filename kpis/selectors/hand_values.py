"""Values that people enter by hand, one for each period, and what the metric has there from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Sum
from django.db.models.functions import Coalesce

from common.errors import NotVisible
from kpis.choices import Grain
from kpis.models import DayCell, KpiDefinition, Measurement, Metric
from kpis.selectors.calendar import Period, calendar_of, periods, today
from people.models import Membership, Team

DAYS, WEEKS = 14, 8
NOON = time(12)


@dataclass(frozen=True, slots=True)
class HandValue:
    """A period, the source key of its value by hand, and that value; `others` counts the facts from elsewhere."""

    period: Period
    source_key: str
    occurred_at: datetime
    value: Decimal | None
    weight: int
    others: int


def metric_asked(actor: Membership, key: str) -> Metric:
    """The metric of the actor's organization with this key; refuses an unknown one."""
    metric = Metric.objects.visible_to(actor).select_related("organization").filter(key=key).first()
    if metric is None:
        raise NotVisible
    return metric


def hand_values(metric: Metric, grain: Grain, team: Team | None) -> list[HandValue]:
    """The last 14 days or 8 weeks, newest first, of the team alone or of no team; two queries."""
    organization = metric.organization
    last_on = today(organization)
    back = timedelta(days=DAYS - 1) if grain == Grain.DAY else timedelta(weeks=WEEKS - 1)
    every = list(periods(last_on - back, last_on, grain, calendar_of(organization)))[::-1]
    keys = [_source_key(period, team) for period in every]
    facts = {fact.source_key: fact for fact in Measurement.objects.filter(metric=metric, source_key__in=keys)}
    counts = _counts(metric, every, team)
    rows = []
    for period, key, count in zip(every, keys, counts, strict=True):
        fact = facts.get(key)
        weight = fact.weight if fact else 1
        others = max(count - weight, 0) if fact else count
        at = noon_of(period, organization.zone)
        rows.append(HandValue(period, key, at, fact.value if fact else None, weight, others))
    return rows


def noon_of(period: Period, zone: ZoneInfo) -> datetime:
    """The moment a value by hand is stored at: far from midnight, so that no change of the clock moves its day."""
    return datetime.combine(period.starts_on, NOON, tzinfo=zone)


def kpis_reading(metric: Metric) -> list[KpiDefinition]:
    """The newest definition of each KPI of which some version reads the metric, by the KPI's position."""
    reading = KpiDefinition.objects.filter(metric=metric) | KpiDefinition.objects.filter(denominator=metric)
    newest = KpiDefinition.objects.filter(kpi__in=reading.values("kpi")).select_related("kpi")
    found = newest.order_by("kpi_id", "-version").distinct("kpi_id")
    return sorted(found, key=lambda each: (each.kpi.position, each.kpi_id))


def days_of(metric: Metric) -> dict[str, Any]:
    """How many facts its cells hold, and the first and last day with one."""
    return DayCell.objects.filter(metric=metric, n__gt=0).aggregate(
        n=Sum("n"), first=Min("day"), last=Max("day")
    )


def _source_key(period: Period, team: Team | None) -> str:
    key = f"manual:{period.starts_on.isoformat()}"
    return f"{key}:{team.pk}" if team else key


def _counts(metric: Metric, every: Sequence[Period], team: Team | None) -> list[int]:
    """The facts in each period, newest first."""
    first_on, last_on = every[-1].starts_on, every[0].ends_on
    cells = DayCell.objects.filter(
        metric=metric, day__range=(first_on, last_on), team_id=team.pk if team else 0
    )
    by_day = dict(cells.order_by().values_list("day").annotate(n=Coalesce(Sum("n"), 0)))
    return [
        sum(n for day, n in by_day.items() if period.starts_on <= day <= period.ends_on) for period in every
    ]
