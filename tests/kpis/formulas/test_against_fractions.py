"""Values of random formulas against a second evaluator, written with fractions from the rules of docs/formulas.md."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import given, settings

from kpis.formulas.formula import Formula
from kpis.formulas.tree import Call, Node, Number, Reference, written
from tests.kpis.formulas.trees import TREES, VALUES

WORTH = {"": 1, "%": Fraction(1, 100), "s": 1, "min": 60, "h": 3_600, "d": 86_400}
LIMIT = 10**18
Exact = Fraction | None


def exact(node: Node, values: Mapping[str, Decimal | None]) -> Exact:
    """The exact value; what leaves ±10^18 is missing."""
    if isinstance(node, Number):
        result: Exact = Fraction(node.written) * WORTH[node.suffix]
    elif isinstance(node, Reference):
        value = values[node.key]
        result = None if value is None else Fraction(value)
    else:
        result = called(node, [exact(operand, values) for operand in node.operands])
    return None if result is None or abs(result) > LIMIT else result


def called(node: Call, operands: list[Exact]) -> Exact:
    there = [operand for operand in operands if operand is not None]
    if node.name in ("min", "max", "coalesce"):
        choose = {"min": min, "max": max, "coalesce": lambda found: found[0]}[node.name]
        return choose(there) if there else None
    if node.name in ("/", "safe_div"):
        top, bottom, *otherwise = operands
        if top is None or bottom is None:
            return None
        return top / bottom if bottom else (otherwise or [None])[0]
    return joined(node.name, there) if len(there) == len(operands) else None


def joined(name: str, numbers: list[Fraction]) -> Fraction:
    first, second = numbers[0], numbers[1] if len(numbers) > 1 else Fraction(0)
    if name == "round":
        size = floor(abs(first) * 10 ** int(second) + Fraction(1, 2)) / Fraction(10 ** int(second))
        return size if first >= 0 else -size
    return {
        "+": first + second,
        "-": first - second,
        "*": first * second,
        "neg": -first,
        "abs": abs(first),
    }[name]


@settings(max_examples=600, deadline=None)
@given(TREES, VALUES)
def test_random_formulas_have_their_exact_value_to_twelve_places(
    tree: Node, values: dict[str, Decimal | None]
) -> None:
    found = Formula(tree, written(tree)).evaluate(values)
    expected = exact(tree, values)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert abs(Fraction(found) - expected) <= Fraction(1, 2 * 10**12) + abs(expected) / 10**30
        assert found.is_finite()
        assert not (found.is_zero() and found.is_signed())
