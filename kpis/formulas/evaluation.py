"""The value of a tree in decimal arithmetic. A value that is missing is None, and nothing here raises."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from kpis.formulas.tokens import NUMBER_LIMIT
from kpis.formulas.tree import NEGATIVE, SUFFIXES, Node, Number, Reference, fold

Value = Decimal | None
# No traps: what would raise becomes an infinity or NaN, and `_kept` takes those away after every step.
CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999, traps=[])
VALUE_LIMIT = NUMBER_LIMIT
PLACES = 12
RESULT_UNIT = Decimal(1).scaleb(-PLACES)
# 1 / 3 * 3 - 1 is not quite zero in 50 digits. What is nearer to zero than this is noise, not a divisor.
NOISE_PLACES = 24
NOISE = Decimal(1).scaleb(-NOISE_PLACES)


def value(root: Node, values: Mapping[str, Value]) -> Value:
    """The tree's value, rounded to 12 places (half to even); None if missing or beyond ±10^18 at any step."""

    def step(node: Node, operands: Sequence[Value]) -> Value:
        if isinstance(node, Number):
            return _kept(CONTEXT.multiply(node.written, SUFFIXES[node.suffix]))
        if isinstance(node, Reference):
            return _kept(values.get(node.key))
        return _kept(OPERATIONS[node.name](operands))

    result = fold(root, step)
    if result is None:
        return None
    return _simplest(CONTEXT.quantize(result, RESULT_UNIT))


def _simplest(number: Decimal) -> Decimal:
    """Equal, but neither -0 nor 0E-12 nor trailing zeros nor an exponent."""
    stripped = CONTEXT.normalize(CONTEXT.add(number, Decimal(0)))
    return CONTEXT.quantize(stripped, Decimal(1)) if int(stripped) == stripped else stripped


def _kept(result: Value) -> Value:
    """None instead of NaN, an infinity or a size that no KPI has."""
    if result is None or not result.is_finite() or result.copy_abs() > VALUE_LIMIT:
        return None
    return result


def _of_all(operation: Callable[..., Decimal]) -> Callable[[Sequence[Value]], Value]:
    """The operation where every operand is there, else missing."""

    def result(operands: Sequence[Value]) -> Value:
        there = _there(operands)
        return operation(*there) if len(there) == len(operands) else None

    return result


def _there(operands: Sequence[Value]) -> list[Decimal]:
    return [operand for operand in operands if operand is not None]


def _quotient(operands: Sequence[Value]) -> Value:
    return _safe_quotient([*operands, None])


def _safe_quotient(operands: Sequence[Value]) -> Value:
    """Missing where numerator or divisor is missing; `otherwise` only where the divisor is zero."""
    top, bottom, otherwise = operands
    if top is None or bottom is None:
        return None
    return CONTEXT.divide(top, bottom) if bottom.copy_abs() >= NOISE else otherwise


def _smallest(operands: Sequence[Value]) -> Value:
    return min(_there(operands), default=None)


def _largest(operands: Sequence[Value]) -> Value:
    return max(_there(operands), default=None)


def _first(operands: Sequence[Value]) -> Value:
    return next(iter(_there(operands)), None)


def _rounded(number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """Half away from zero, as people round; noise is taken off first, so that 1 / 3 * 3 - 0.5 is 1 like 0.5."""
    quiet = CONTEXT.quantize(number, NOISE)
    return quiet.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP, context=CONTEXT)


OPERATIONS: dict[str, Callable[[Sequence[Value]], Value]] = {
    "+": _of_all(CONTEXT.add),
    "-": _of_all(CONTEXT.subtract),
    "*": _of_all(CONTEXT.multiply),
    "/": _quotient,
    NEGATIVE: _of_all(CONTEXT.minus),
    "abs": _of_all(CONTEXT.abs),
    "round": _of_all(_rounded),
    "min": _smallest,
    "max": _largest,
    "coalesce": _first,
    "safe_div": _safe_quotient,
}
