"""Amounts of KPIs over periods: one read of cells for all, then each definition, formulas after what they read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, reduce
from itertools import groupby
from operator import add
from zoneinfo import ZoneInfo

from kpis.choices import Aggregate
from kpis.formulas import evaluation_order
from kpis.models import KpiDefinition
from kpis.selectors.amounts import ABSENT, NEEDS, Amount, amount, formula_amount, runs_on
from kpis.selectors.calendar import ONE_DAY, Period, midnight_after
from kpis.selectors.definitions import DefinedKpi, parsed
from kpis.selectors.totals import Buckets, Part, Scope, Slice, Totals, merged

Periods = tuple[Period, ...]
NOTHING = Totals()


@dataclass(frozen=True, slots=True)
class Asked:
    """A KPI and the consecutive periods it is wanted for."""

    kpi: DefinedKpi
    periods: Periods


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amounts of one KPI: for each slice as many as there are periods."""

    periods: Periods
    by_slice: Mapping[Slice, list[Amount]]

    @property
    def whole(self) -> list[Amount]:
        """Those of all facts, where nothing was broken down."""
        return self.by_slice.get(None) or [ABSENT] * len(self.periods)


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive periods that one definition computes, with the parts that it reads."""

    first: int
    definition: KpiDefinition | None
    periods: Periods


Place = tuple[int, str]


@dataclass(slots=True)
class _Lot:
    """All that is wanted of one metric and label: read once, whoever wants it."""

    bounds: set[date | datetime] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)
    first_on: date | None = date.max
    last_on: date = date.min
    numbers: dict[date | datetime, int] = field(default_factory=dict)
    found: Buckets = field(default_factory=dict)

    def add(self, definition: KpiDefinition, periods: Periods) -> None:
        self.bounds.update(period.place for period in periods)
        self.bounds.update(past_of(period) for period in periods if period.starts_at is None)
        self.last_on = max(self.last_on, periods[-1].ends_on)
        if runs_on(definition):
            self.first_on = None
        elif self.first_on is not None:
            self.first_on = min(self.first_on, periods[0].starts_on)

    def part(self, place: Place, today: date) -> Part:
        bounds = tuple(sorted(self.bounds))
        self.numbers = {bound: number for number, bound in enumerate(bounds, start=1)}
        return Part(*place, bounds, self.first_on, min(self.last_on, today), frozenset(self.needs))

    def buckets_of(self, period: Period) -> range:
        """The numbers of the buckets that make up a period."""
        first = self.numbers[period.place]
        past = first + 1 if period.starts_at is not None else self.numbers[past_of(period)]
        return range(first, past)


def evaluate(
    asked: Sequence[Asked], scope: Scope, begun: Mapping[int, date], read_at: datetime
) -> list[Amounts]:
    """The amounts of each, in this order; one query. `begun` is the day of each metric's first fact.

    What is still running ends at `read_at`, to the minute.
    """
    reading = _Reading(asked, scope, begun, read_at.replace(second=0, microsecond=0))
    return [reading.amounts[each.kpi.kpi.key, each.periods] for each in asked]


@dataclass
class _Reading:
    asked: Sequence[Asked]
    scope: Scope
    begun: Mapping[int, date]
    read_at: datetime
    lots: dict[Place, _Lot] = field(default_factory=dict)

    @cached_property
    def amounts(self) -> dict[tuple[str, Periods], Amounts]:
        """Everything asked for, and what it is computed from."""
        wanted = self._wanted()
        runs = {
            (kpi.kpi.key, periods): list(self._runs(kpi, periods))
            for kpi, all_periods in wanted
            for periods in all_periods
        }
        self._read()
        found: dict[tuple[str, Periods], Amounts] = {}
        for place, its_runs in runs.items():
            by_slice: dict[Slice, list[Amount]] = {}
            for run in its_runs:
                for key, amounts in self._of_run(run, place[1], found):
                    row = by_slice.setdefault(key, [ABSENT] * len(place[1]))
                    row[run.first : run.first + len(amounts)] = amounts
            found[place] = Amounts(place[1], by_slice)
        return found

    def _wanted(self) -> list[tuple[DefinedKpi, list[Periods]]]:
        """Each KPI with the periods it is needed for, every one after those its formulas read."""
        known = {each.kpi.key: each for asked in self.asked for each in asked.kpi.closure}
        known |= {asked.kpi.kpi.key: asked.kpi for asked in self.asked}
        wanted: dict[str, dict[Periods, None]] = defaultdict(dict)
        for asked in self.asked:
            wanted[asked.kpi.kpi.key][asked.periods] = None
        order = evaluation_order({key: kpi.input_keys & known.keys() for key, kpi in known.items()})
        for key in reversed(order):
            for read in known[key].input_keys & known.keys():
                wanted[read] |= wanted[key]
        return [(known[key], list(wanted[key])) for key in order]

    def _runs(self, kpi: DefinedKpi, periods: Periods) -> Iterator[_Run]:
        first = 0
        definitions = [kpi.definition_on(period.ends_on) for period in periods]
        for _, group in groupby(definitions, key=lambda each: each and each.pk):
            same = list(group)
            run = _Run(first, same[0], periods[first : first + len(same)])
            self._want(run)
            yield run
            first += len(same)

    def _want(self, run: _Run) -> None:
        if run.definition is None or run.definition.formula:
            return
        own, below = places_of(run.definition)
        needs = NEEDS.get(Aggregate(run.definition.aggregate), frozenset())
        for place, its_needs in ((own, needs), (below, frozenset[str]())):
            if place is not None:
                lot = self.lots.setdefault(place, _Lot())
                lot.add(run.definition, run.periods)
                lot.needs |= its_needs

    def _read(self) -> None:
        parts = [lot.part(place, self._today) for place, lot in self.lots.items()]
        for lot, found in zip(self.lots.values(), merged(parts, self.scope), strict=True):
            lot.found = found

    def _of_run(
        self, run: _Run, periods: Periods, found: Mapping[tuple[str, Periods], Amounts]
    ) -> Iterator[tuple[Slice, list[Amount]]]:
        if run.definition is None:
            return
        if run.definition.formula:
            yield from _of_formula(run, run.definition, periods, found)
            return
        lots = [self.lots[place] for place in places_of(run.definition) if place is not None]
        slices = {key: None for lot in lots for key in lot.found}
        for key in slices if self.scope.by is not None else [None]:
            yield key, self._of_slice(run, run.definition, lots, key)

    def _of_slice(
        self, run: _Run, definition: KpiDefinition, lots: Sequence[_Lot], key: Slice
    ) -> list[Amount]:
        begun_on = self.begun.get(definition.metric_id or 0)
        columns = [
            _totals(lot, lot.found.get(key, {}), run.periods, runs=runs_on(definition)) for lot in lots
        ]
        own, below = columns[0], columns[-1] if len(columns) > 1 else [NOTHING] * len(run.periods)
        return [
            amount(
                definition,
                now,
                under,
                has_begun=now.n > 0 or (begun_on is not None and begun_on <= period.ends_on),
                ends_at=self._end_of(period),
            )
            for period, now, under in zip(run.periods, own, below, strict=True)
        ]

    @cached_property
    def _zone(self) -> ZoneInfo:
        return self.asked[0].kpi.calendar.zone

    @cached_property
    def _today(self) -> date:
        """Facts of later days, such as replies that will fall due, count when their day has come."""
        return self.read_at.astimezone(self._zone).date()

    def _end_of(self, period: Period) -> Decimal:
        end = min(midnight_after(period.ends_on, self._zone), self.read_at)
        return Decimal(int(end.timestamp()))


def places_of(definition: KpiDefinition) -> tuple[Place | None, Place | None]:
    """The metric and label of its facts, and of those it divides by."""
    own = definition.metric_id and (definition.metric_id, definition.label)
    below = definition.denominator_id and (definition.denominator_id, definition.denominator_label)
    return own or None, below or None


def past_of(period: Period) -> date:
    """The first day after it."""
    return period.ends_on + ONE_DAY


def _totals(lot: _Lot, buckets: Mapping[int, Totals], periods: Periods, *, runs: bool) -> list[Totals]:
    """Those of each period; for what runs on, of all days until its end."""
    if not runs:
        return [
            _sum(buckets[number] for number in lot.buckets_of(period) if number in buckets)
            for period in periods
        ]
    found, so_far, reached = [], NOTHING, 0
    for period in periods:
        past = lot.buckets_of(period).stop
        so_far = _sum([so_far, *(buckets[number] for number in range(reached, past) if number in buckets)])
        found.append(so_far)
        reached = past
    return found


def _sum(totals: Iterable[Totals]) -> Totals:
    some = list(totals)
    return reduce(add, some) if some else NOTHING


def _of_formula(
    run: _Run, definition: KpiDefinition, periods: Periods, found: Mapping[tuple[str, Periods], Amounts]
) -> Iterator[tuple[Slice, list[Amount]]]:
    last = run.first + len(run.periods)
    names = (name.key for name in parsed(definition.formula).names)
    named = {key: found[key, periods] for key in names if (key, periods) in found}
    for key in {key: None for each in named.values() for key in each.by_slice}:
        rows = {name: each.by_slice.get(key) for name, each in named.items()}
        yield (
            key,
            [
                formula_amount(definition, {name: row[index] for name, row in rows.items() if row})
                for index in range(run.first, last)
            ],
        )
