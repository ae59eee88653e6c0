"""Amounts of KPIs over periods: one read of cells for all, then each definition, formulas after what they read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from kpis.choices import Aggregate
from kpis.formulas import evaluation_order
from kpis.models import KpiDefinition
from kpis.selectors.amounts import ABSENT, NEEDS, Amount, amount, formula_amount, runs_on
from kpis.selectors.calendar import Period, midnight_after
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
    own: int = -1
    below: int = -1


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
    parts: dict[Part, int] = field(default_factory=dict)

    @cached_property
    def amounts(self) -> dict[tuple[str, Periods], Amounts]:
        """Everything asked for, and what it is computed from."""
        wanted = self._wanted()
        runs = {
            (kpi.kpi.key, periods): list(self._runs(kpi, periods))
            for kpi, all_periods in wanted
            for periods in all_periods
        }
        buckets = merged(list(self.parts), self.scope)
        found: dict[tuple[str, Periods], Amounts] = {}
        for place, its_runs in runs.items():
            by_slice: dict[Slice, list[Amount]] = {}
            for run in its_runs:
                for key, amounts in self._of_run(run, place[1], buckets, found):
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
            definition, some = same[0], periods[first : first + len(same)]
            if definition is None or definition.formula:
                yield _Run(first, definition, some)
            else:
                yield _Run(first, definition, some, *self._add_parts(definition, some))
            first += len(same)

    def _add_parts(self, definition: KpiDefinition, periods: Periods) -> tuple[int, int]:
        needs = NEEDS.get(Aggregate(definition.aggregate), frozenset())
        own = self._add_part(definition, definition.metric_id, definition.label, periods, needs)
        label = definition.denominator_label
        return own, self._add_part(definition, definition.denominator_id, label, periods, frozenset())

    def _add_part(
        self,
        definition: KpiDefinition,
        metric_id: int | None,
        label: str,
        periods: Periods,
        needs: frozenset[str],
    ) -> int:
        if metric_id is None:
            return -1
        part = Part(
            metric_id=metric_id,
            starts=tuple(period.place for period in periods),
            first_on=periods[0].starts_on,
            last_on=min(periods[-1].ends_on, self._today),
            label=label,
            runs=runs_on(definition),
            needs=needs,
        )
        return self.parts.setdefault(part, len(self.parts))

    def _of_run(
        self,
        run: _Run,
        periods: Periods,
        buckets: list[Buckets],
        found: Mapping[tuple[str, Periods], Amounts],
    ) -> Iterator[tuple[Slice, list[Amount]]]:
        if run.definition is None:
            return
        if run.definition.formula:
            yield from _of_formula(run, run.definition, periods, found)
            return
        own = buckets[run.own]
        below = buckets[run.below] if run.below >= 0 else {}
        slices = own.keys() | below.keys() | ({None} if self.scope.by is None else set())
        for key in slices:
            yield key, self._of_slice(run, run.definition, own.get(key, {}), below.get(key, {}))

    def _of_slice(
        self, run: _Run, definition: KpiDefinition, own: dict[int, Totals], below: dict[int, Totals]
    ) -> list[Amount]:
        runs = runs_on(definition)
        begun_on = self.begun.get(definition.metric_id or 0)
        tops, bottoms = own.get(0, NOTHING), below.get(0, NOTHING)
        amounts = []
        for number, period in enumerate(run.periods, start=1):
            now, under = own.get(number, NOTHING), below.get(number, NOTHING)
            if runs:
                tops, bottoms = tops + now, bottoms + under
                now, under = tops, bottoms
            has_begun = now.n > 0 or (begun_on is not None and begun_on <= period.ends_on)
            amounts.append(amount(definition, now, under, has_begun=has_begun, ends_at=self._end_of(period)))
        return amounts

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
