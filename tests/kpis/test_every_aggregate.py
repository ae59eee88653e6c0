"""Every aggregate by every grain and filter, from every source, beside plain arithmetic over the raw facts."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from kpis import selectors, services
from kpis.cellsql import Source
from kpis.choices import PAIRED, RUNNING, Aggregate, Direction, Grain, Unit
from kpis.models import Kpi, Metric
from kpis.selectors.calendar import Calendar, periods
from kpis.selectors.definitions import defined_kpis
from kpis.selectors.evaluating import Asked, evaluate
from kpis.selectors.freshness import freshness
from kpis.selectors.totals import Scope
from people.models import Team
from tests.conftest import Cast
from tests.kpis.plain_arithmetic import PlainFact, days_of, plain_value

ZONE = ZoneInfo("America/Havana")  # its clock skips midnight in spring
NOW = datetime(2026, 6, 10, 16, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 10), date(2026, 5, 31)
SHOWN = (date(2026, 2, 3), date(2026, 6, 5))
GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR)
METRIC = {
    Aggregate.SHARE: "scores",
    Aggregate.NPS: "scores",
    Aggregate.AGE: "opened",
    Aggregate.BALANCE: "delta",
}
OTHER = {Aggregate.RATIO: "visits", Aggregate.AGE: "delta"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """It stands still."""
    with time_machine.travel(NOW, tick=False):
        yield


@dataclass(frozen=True)
class Stage:
    """The facts as a list, and a filter of each kind with those it lets through."""

    facts: list[PlainFact]
    filters: dict[str, tuple[dict[str, Any], Any]]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """500 seeded facts of five metrics, one KPI for each aggregate; cells are stored and clean."""
    organization = cast.organization
    organization.time_zone, organization.week_start, organization.fiscal_month = str(ZONE), 3, 4
    organization.save()
    night = Team.objects.create(organization=organization, name_en="Night", parent=cast.support)
    make_metrics(organization.pk)
    facts = made_facts(cast, night)
    store(cast, facts)
    for aggregate in Aggregate:
        if aggregate != Aggregate.FORMULA:
            make_kpi(cast, aggregate)
    services.recompute_all_dirty()
    support = {cast.support.pk, night.pk}
    return Stage(
        facts,
        {
            "all": ({}, lambda fact: True),
            "team": ({"team_ids": frozenset(support)}, lambda fact: fact.team_id in support),
            "member": ({"member_id": cast.ben.pk}, lambda fact: fact.member_id == cast.ben.pk),
            "label": ({"label": "x"}, lambda fact: fact.label == "x"),
        },
    )


def make_metrics(organization_id: int) -> None:
    for key in ("calls", "visits", "scores", "opened", "delta"):
        Metric.objects.create(
            organization_id=organization_id,
            key=key,
            name_en=key,
            unit="count",
            is_ordinal=key == "scores",
        )


def made_facts(cast: Cast, night: Team) -> list[PlainFact]:
    chance = random.Random(3)
    days = [day for day in days_of(FIRST, LAST) if chance.random() < 0.6]
    facts = []
    for number in range(500):
        metric = ("calls", "visits", "scores", "opened", "delta")[number % 5]
        local = datetime.combine(chance.choice(days), time(chance.randrange(24), chance.randrange(60)), ZONE)
        at = local.astimezone(UTC)
        value = {
            "scores": Decimal(chance.randrange(11)),
            "opened": Decimal(int(at.timestamp()) - chance.randrange(10**6)),
            "delta": Decimal(chance.choice([1, 1, 1, -1])),
        }.get(metric, Decimal(chance.randrange(1, 100_000)) / 8)
        facts.append(
            PlainFact(
                metric,
                at.astimezone(ZONE).date(),
                at,
                value,
                1 if metric in {"opened", "delta"} else chance.choice([1, 1, 3]),
                chance.choice([None, cast.support.pk, night.pk, cast.field.pk]),
                chance.choice([None, cast.ben.pk, cast.cleo.pk]),
                chance.choice(["", "x", "y"]),
            )
        )
    return facts


def store(cast: Cast, facts: list[PlainFact]) -> None:
    for key in {fact.metric for fact in facts}:
        rows = [
            services.MeasurementRow(
                f"{key}:{number}", fact.at, fact.value, fact.team_id, fact.member_id, fact.label, fact.weight
            )
            for number, fact in enumerate(facts)
            if fact.metric == key
        ]
        services.ingest_measurements(cast.ana, key, rows)


def make_kpi(cast: Cast, aggregate: Aggregate) -> None:
    shares = {"least_score": 4, "most_score": 8} if aggregate == Aggregate.SHARE else {}
    services.create_kpi(
        cast.ana,
        key=aggregate,
        unit=Unit.COUNT,
        direction=Direction.UP,
        name_en=aggregate,
        definition=services.Definition(
            aggregate,
            METRIC.get(aggregate, "calls"),
            denominator=OTHER.get(aggregate, ""),
            scale=Decimal(100) if aggregate in {Aggregate.SHARE, Aggregate.NPS} else Decimal(1),
            **shares,
        ),
    )


def read(grain: Grain, source: Source, narrowed: dict[str, Any]) -> dict[tuple[str, date], Any]:
    """The value of each KPI by the first day of the period."""
    every = defined_kpis(Kpi.objects.all())
    spans = tuple(periods(*SHOWN, grain, every[0].calendar))
    fresh = freshness({metric_id for each in every for metric_id in each.metric_ids})
    found = evaluate(
        [Asked(each, spans) for each in every], Scope(source, **narrowed), fresh.begun, timezone.now()
    )
    return {
        (each.kpi.key, span.starts_on): amount.value
        for each, amounts in zip(every, found, strict=True)
        for span, amount in zip(spans, amounts.whole, strict=True)
    }


def expected(stage: Stage, grain: Grain, passes: Any) -> dict[tuple[str, date], Decimal | None]:
    facts = [fact for fact in stage.facts if passes(fact)]
    begun = {
        fact.metric: min(each.day for each in stage.facts if each.metric == fact.metric) for fact in facts
    }
    values = {}
    for span in periods(*SHOWN, grain, Calendar(ZONE, 3, 4)):
        midnight = datetime.combine(span.ends_on + timedelta(days=1), time(), ZONE)
        for aggregate in [each for each in Aggregate if each != Aggregate.FORMULA]:
            first = date.min if aggregate in RUNNING else span.starts_on
            inside = [fact for fact in facts if first <= fact.day <= span.ends_on]
            metric = METRIC.get(aggregate, "calls")
            values[str(aggregate), span.starts_on] = plain_value(
                aggregate,
                [fact for fact in inside if fact.metric == metric],
                [fact for fact in inside if aggregate in PAIRED and fact.metric == OTHER[aggregate]],
                scale=Decimal(100) if aggregate in {Aggregate.SHARE, Aggregate.NPS} else Decimal(1),
                ends_at=min(midnight, NOW),
                has_begun=begun.get(metric, date.max) <= span.ends_on,
            )
    return values


def differences(found: dict[Any, Any], wanted: dict[Any, Any]) -> dict[Any, tuple[Any, Any]]:
    """Where they differ; percentiles by more than 1 %."""
    return {
        place: (found.get(place), value)
        for place, value in wanted.items()
        if not _alike(place[0], found.get(place), value)
    }


def _alike(key: str, found: Decimal | None, value: Decimal | None) -> bool:
    if found is None or value is None:
        return found is value
    slack = abs(value) / 100 if key in {"p50", "p90"} else Decimal("0.000001")
    return abs(found - value) <= slack


@pytest.mark.parametrize("narrowed", ["all", "team", "member", "label"])
def test_cells_strict_reads_and_facts_all_equal_plain_arithmetic(stage: Stage, narrowed: str) -> None:
    asked, passes = stage.filters[narrowed]
    for grain in GRAINS:
        wanted = expected(stage, grain, passes)
        assert any(value is not None for value in wanted.values())
        for source in (Source.CELLS, Source.STRICT, Source.FACTS):
            assert differences(read(grain, source, asked), wanted) == {}, (grain, source)


def test_strict_reads_are_right_while_every_kind_of_change_waits(cast: Cast, stage: Stage) -> None:
    changed = [
        PlainFact(
            fact.metric,
            fact.day,
            fact.at,
            min(fact.value + 1, Decimal(10)) if fact.metric == "scores" else fact.value + 1,
            fact.weight,
            cast.field.pk,
            fact.member_id,
            "x",
        )
        if number % 7 == 0
        else fact
        for number, fact in enumerate(stage.facts)
    ]
    store(cast, changed)
    moved = Stage(changed, stage.filters)
    before = read(Grain.WEEK, Source.CELLS, {})
    wanted = expected(moved, Grain.WEEK, lambda fact: True)
    assert differences(before, expected(stage, Grain.WEEK, lambda fact: True)) == {}
    assert differences(before, wanted) != {}
    assert differences(read(Grain.WEEK, Source.STRICT, {}), wanted) == {}
    services.recompute_all_dirty()
    assert differences(read(Grain.WEEK, Source.CELLS, {}), wanted) == {}


def test_a_card_says_what_plain_arithmetic_says_of_28_days(stage: Stage) -> None:
    on = date(2026, 5, 20)
    last_on = on - timedelta(days=1)
    values = selectors.current_values(
        Kpi.objects.all()[0].organization_id, Kpi.objects.values_list("pk", flat=True), on
    )
    wanted = {}
    for value in values.values():
        aggregate = Aggregate(value.key)
        first = date.min if aggregate in RUNNING else last_on - timedelta(days=27)
        inside = [fact for fact in stage.facts if first <= fact.day <= last_on]
        wanted[value.key, on] = plain_value(
            aggregate,
            [fact for fact in inside if fact.metric == METRIC.get(aggregate, "calls")],
            [fact for fact in inside if fact.metric == OTHER.get(aggregate)],
            scale=Decimal(100) if aggregate in {Aggregate.SHARE, Aggregate.NPS} else Decimal(1),
            ends_at=datetime.combine(on, time(), ZONE),
            has_begun=True,
        )
    assert differences({(each.key, on): each.value for each in values.values()}, wanted) == {}
    assert len(wanted) == 13
