"""Whether a formula's KPIs exist and its units fit."""

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import get_close_matches

from django.utils.translation import gettext as _

from kpis.choices import Unit
from kpis.formulas.errors import FormulaError
from kpis.formulas.measures import (
    FULL,
    SHARE,
    ZERO,
    Measure,
    as_share,
    common,
    full_scale,
    of_unit,
    product,
    quotient,
    shown,
    suits,
)
from kpis.formulas.tokens import KEY_LIKE, bracket_sentence
from kpis.formulas.tree import DURATIONS, NEGATIVE, Call, Node, Number, Reference, fold


def measure_of(root: Node, units: Mapping[str, Unit]) -> Measure:
    """The measure of the tree; raises FormulaError at the sign or value whose units do not fit."""

    def step(node: Node, operands: Sequence[Measure]) -> Measure:
        if isinstance(node, Number):
            return _of_number(node)
        if isinstance(node, Reference):
            return of_unit(units[node.key])
        return RULES.get(node.name, _alike)(node, operands)

    return fold(root, step)


def check_result(root: Node, found: Measure, wanted: Unit) -> None:
    """Raise FormulaError where a result of this measure cannot be the value of a KPI in this unit."""
    if suits(found, wanted):
        return
    wanted_scale = of_unit(wanted).scale
    if found.scale == SHARE and wanted_scale in FULL:
        sentence = _(
            "The formula gives a share from 0 to 1, the KPI’s unit is %(wanted)s: multiply by %(full)s."
        )
        raise FormulaError(root.column, sentence % {"wanted": wanted.label, "full": FULL[wanted_scale]})
    sentence = _(
        "The formula gives %(found)s, but the KPI’s unit is %(wanted)s. Change the formula or the unit."
    )
    raise FormulaError(root.column, sentence % {"found": shown(found), "wanted": wanted.label})


def unknown_name(text: str, key: str, column: int, keys: Collection[str]) -> FormulaError:
    """The error for a name that is no KPI's key, with the key that was probably meant."""
    rest = text[column - 1 :]
    begun = [known for known in keys if rest.startswith(known) and not KEY_LIKE.match(rest, len(known))]
    if begun:
        return FormulaError(column, bracket_sentence(max(begun, key=len)))
    lowered = {known.lower(): known for known in sorted(keys)}
    near = get_close_matches(key.lower(), lowered, n=1)
    if near:
        sentence = _("There is no KPI with the key “%(key)s”. Did you mean [%(near)s]?")
        return FormulaError(column, sentence % {"key": key, "near": lowered[near[0]]})
    sentence = _("There is no KPI with the key “%(key)s”. Take a key from the list of KPIs.")
    return FormulaError(column, sentence % {"key": key})


def _of_number(number: Number) -> Measure:
    if number.suffix in DURATIONS:
        return Measure(time=1)
    if not number.written:
        return Measure(scale=ZERO)
    return Measure(scale=SHARE) if number.suffix == "%" else Measure()


def _unchanged(_node: Call, operands: Sequence[Measure]) -> Measure:
    return operands[0]


def _sum(node: Call, operands: Sequence[Measure]) -> Measure:
    left, right = operands
    return _same(node.name, left, right, node.column)


def _alike(node: Call, operands: Sequence[Measure]) -> Measure:
    found = operands[0]
    for operand, value in zip(operands[1:], node.operands[1:], strict=True):
        found = _same(node.name, found, operand, value.column)
    return found


def _safe_quotient(node: Call, operands: Sequence[Measure]) -> Measure:
    return _same(node.name, _over(node, operands), operands[2], node.operands[2].column)


def _same(name: str, left: Measure, right: Measure, column: int) -> Measure:
    found = common(left, right)
    if found is None:
        raise FormulaError(column, _unlike(name, left, right))
    return found


def _unlike(name: str, left: Measure, right: Measure) -> str:
    shapes = {left, right}
    if Measure(scale=SHARE) in shapes and any(shape.scale in FULL for shape in shapes):
        return _(
            "A number with % is a share from 0 to 1, but KPIs in percent count to 100. Write the number without %."
        )
    if shapes == {Measure(), Measure(time=1)}:
        return _(
            "A duration needs a duration here: write a number with its unit, such as 90s, 15min, 2h or 3d."
        )
    named = {"name": name, "left": shown(left), "right": shown(right)}
    if name in "+-":
        return (
            _("This adds or subtracts different units: %(left)s and %(right)s. Use values of the same unit.")
            % named
        )
    return _("All values of %(name)s need the same unit; here are %(left)s and %(right)s.") % named


def _times(node: Call, operands: Sequence[Measure]) -> Measure:
    left, right = operands
    found = (
        full_scale(left, _whole(node.operands[1]))
        or full_scale(right, _whole(node.operands[0]))
        or product(left, right)
    )
    if found is None:
        named = {"left": shown(left), "right": shown(right), "hint": _hint(left, right)}
        raise FormulaError(
            node.column, _("This multiplies %(left)s by %(right)s, which has no unit. %(hint)s") % named
        )
    return found


def _over(node: Call, operands: Sequence[Measure]) -> Measure:
    left, right = operands[:2]
    found = as_share(left, _whole(node.operands[1])) or quotient(left, right)
    if found is None:
        named = {"left": shown(left), "right": shown(right), "hint": _hint(left, right)}
        raise FormulaError(
            node.column, _("This divides %(left)s by %(right)s, which has no unit. %(hint)s") % named
        )
    return found


def _hint(left: Measure, right: Measure) -> str:
    scales = {left.scale, right.scale}
    if Unit.PERCENT.value in scales:
        return _("Divide the percentage by 100 first, as in ([key] / 100).")
    if Unit.PER_THOUSAND.value in scales:
        return _("Divide the rate per 1,000 by 1000 first, as in ([key] / 1000).")
    return _("Use a plain number or a count for one of them.")


def _whole(node: Node) -> int:
    """The number a node is written as, or 0 where it is none or has a suffix or decimals."""
    plain = isinstance(node, Number) and not node.suffix and node.written == int(node.written)
    return int(node.written) if isinstance(node, Number) and plain else 0


RULES: dict[str, Callable[[Call, Sequence[Measure]], Measure]] = {
    "+": _sum,
    "-": _sum,
    "*": _times,
    "/": _over,
    NEGATIVE: _unchanged,
    "abs": _unchanged,
    "round": _unchanged,
    "safe_div": _safe_quotient,
}
