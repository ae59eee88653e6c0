"""Which units go together, and that what goes together means something."""

import random
from decimal import Decimal

import pytest

from kpis.choices import Unit
from kpis.formulas import FormulaError, parse
from kpis.formulas.checking import measure_of
from kpis.formulas.formula import Formula
from kpis.formulas.tree import NEGATIVE, Call, Node, Number, Reference, written
from tests.kpis.formulas.trees import UNITS

DIMENSIONLESS = set(Unit) - {Unit.SECONDS, Unit.CURRENCY}
SCALED = {Unit.PERCENT, Unit.PER_THOUSAND}
FITTING = [
    ("0", set(Unit)),
    ("-0", set(Unit)),
    ("60", DIMENSIONLESS),
    ("60s", {Unit.SECONDS}),
    ("60%", DIMENSIONLESS - SCALED),
    ("resolved / opened", DIMENSIONLESS),
    ("resolved / opened * 100", DIMENSIONLESS),
    ("opened + resolved - 1", {Unit.COUNT}),
    ("opened * 90%", {Unit.COUNT}),
    ("opened * [team.size]", {Unit.COUNT}),
    ("csat - 90", {Unit.PERCENT}),
    ("100 - csat", {Unit.PERCENT}),
    ("csat - [on-time]", {Unit.PERCENT}),
    ("csat / [on-time]", DIMENSIONLESS),
    ("csat * 90%", {Unit.PERCENT}),
    ("(csat * opened + [on-time] * resolved) / (opened + resolved)", {Unit.PERCENT}),
    ("csat / 100 * opened", {Unit.COUNT}),
    ("100 * (csat / 100)", {Unit.PERCENT}),
    ("(1 - 10%) * 1000", {Unit.PER_THOUSAND}),
    ("[complaint-rate] / 1000 * 100", {Unit.PERCENT}),
    ("mark * opened / resolved", {Unit.SCORE}),
    ("mark / 5", {Unit.SCORE}),
    ("aht * opened", {Unit.SECONDS}),
    ("aht / [team.size]", {Unit.SECONDS}),
    ("aht / [first-response-time]", DIMENSIONLESS),
    ("aht * (csat / 100)", {Unit.SECONDS}),
    ("aht * 110%", {Unit.SECONDS}),
    ("max(aht - 1h, 0)", {Unit.SECONDS}),
    ("coalesce(aht, 0)", {Unit.SECONDS}),
    ("safe_div(aht, opened, 0)", {Unit.SECONDS}),
    ("opened / (aht / 1h)", {Unit.COUNT}),
    ("sales - cost", {Unit.CURRENCY}),
    ("(sales - cost) / sales * 100", DIMENSIONLESS),
    ("cost / aht * 1h", {Unit.CURRENCY}),
    ("cost / opened", {Unit.CURRENCY}),
    ("cost / aht", set()),
    ("cost * sales", set()),
    ("1 / aht", set()),
    ("aht * aht / aht", {Unit.SECONDS}),
    ("-abs(round(aht, 1))", {Unit.SECONDS}),
]


@pytest.mark.parametrize(("text", "units"), FITTING, ids=[row[0] for row in FITTING])
def test_a_formula_suits_these_units_and_no_other(text: str, units: set[Unit]) -> None:
    assert {unit for unit in Unit if suits(parse(text), unit)} == units


@pytest.mark.parametrize("unit", Unit)
def test_a_kpi_alone_suits_its_own_unit_only(unit: Unit) -> None:
    formula = parse("[x]")
    formula.check({"x": unit}, unit)
    for other in set(Unit) - {unit}:
        with pytest.raises(FormulaError):
            formula.check({"x": unit}, other)


@pytest.mark.parametrize("left", Unit)
@pytest.mark.parametrize("right", Unit)
def test_two_units_are_added_only_when_equal(left: Unit, right: Unit) -> None:
    for text in ("[a] + [b]", "[a] - [b]", "min([a], [b])", "max([a], [b])", "coalesce([a], [b])"):
        try:
            parse(text).check({"a": left, "b": right}, left)
            added = True
        except FormulaError:
            added = False
        assert added == (left == right)


def suits(formula: Formula, unit: Unit) -> bool:
    """Whether the check lets the formula pass."""
    try:
        formula.check(UNITS, unit)
    except FormulaError:
        return False
    return True


def random_tree(source: random.Random, depth: int) -> Node:
    """A tree of KPIs and plain numbers; without round, which does not scale."""
    if depth == 0 or source.random() < 0.15:
        if source.random() < 0.2:
            return Number(Decimal(source.randrange(1, 9)))
        return Reference(source.choice(["opened", "aht", "first-response-time", "cost", "sales", "csat"]))
    name = source.choice(["+", "-", "*", "/", "/", NEGATIVE, "abs", "min", "max", "coalesce", "safe_div"])
    count = {NEGATIVE: 1, "abs": 1, "safe_div": 3}.get(name, 2)
    return Call(name, tuple(random_tree(source, depth - 1) for _each in range(count)))


def test_what_passes_scales_with_the_clock_and_the_currency() -> None:
    """In minutes instead of seconds, or in another currency, a sound formula gives the same value in that unit."""
    source = random.Random(3)
    values = {key: Decimal(number) for key, number in zip(UNITS, range(7, 99, 8), strict=False)}
    factors = {Unit.SECONDS: Decimal(64), Unit.CURRENCY: Decimal("0.125")}
    scaled = {key: value * factors.get(UNITS[key], 1) for key, value in values.items()}
    passed = 0
    for _each in range(6_000):
        formula = Formula(tree := random_tree(source, 3), written(tree))
        try:
            measure = measure_of(tree, UNITS)
        except FormulaError:
            continue
        before, after = formula.evaluate(values), formula.evaluate(scaled)
        factor = factors[Unit.SECONDS] ** measure.time * factors[Unit.CURRENCY] ** measure.money
        assert (before is None) == (after is None), formula.text
        if before is not None and after is not None and isinstance(tree, Call):
            passed += 1
            assert abs(after - before * factor) <= Decimal("1E-11") * (1 + factor), formula.text
    assert passed > 500
