"""The tree of a formula. Columns say where a node was written and do not count when trees are compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

NEGATIVE = "neg"
PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, NEGATIVE: 3}
OPERAND = 4
# What a number's suffix multiplies it by; durations are in seconds, as everywhere.
SUFFIXES = {
    "": Decimal(1),
    "%": Decimal("0.01"),
    "s": Decimal(1),
    "min": Decimal(60),
    "h": Decimal(3_600),
    "d": Decimal(86_400),
}
DURATIONS = frozenset(SUFFIXES) - {"", "%"}
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, with the suffix that scales it."""

    written: Decimal
    suffix: str = ""
    column: int = field(default=1, compare=False)

    @property
    def operands(self) -> tuple["Node", ...]:
        """A number has none."""
        return ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Another KPI, by its key."""

    key: str
    column: int = field(default=1, compare=False)

    @property
    def operands(self) -> tuple["Node", ...]:
        """A reference has none."""
        return ()


@dataclass(frozen=True, slots=True)
class Call:
    """A sign or a function with its operands; `name` is one of PRECEDENCE or of functions.FUNCTIONS."""

    name: str
    operands: tuple["Node", ...]
    column: int = field(default=1, compare=False)


Node = Number | Reference | Call


def operands_first(root: Node) -> list[Node]:
    """Every node, each after its operands, in the order of the text; without recursion."""
    found: list[Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(node.operands)
    found.reverse()
    return found


def fold(root: Node, combine: Callable[[Node, Sequence[Result]], Result]) -> Result:
    """The root's result, where `combine` makes a node's result from those of its operands."""
    results: list[Result] = []
    for node in operands_first(root):
        first = len(results) - len(node.operands)
        results[first:] = [combine(node, results[first:])]
    return results[0]


def written(root: Node) -> str:
    """The formula's normal form: keys in brackets, one space around signs, no parentheses without need."""
    return fold(root, _text)[0]


def _text(node: Node, operands: Sequence[tuple[str, int]]) -> tuple[str, int]:
    if isinstance(node, Number):
        return f"{node.written:f}{node.suffix}", OPERAND
    if isinstance(node, Reference):
        return f"[{node.key}]", OPERAND
    if node.name not in PRECEDENCE:
        return f"{node.name}({', '.join(text for text, _ in operands)})", OPERAND
    strength = PRECEDENCE[node.name]
    last = _wrapped(operands[-1], strength + (node.name != NEGATIVE))
    if node.name == NEGATIVE:
        return f"-{last}", strength
    return f"{_wrapped(operands[0], strength)} {node.name} {last}", strength


def _wrapped(operand: tuple[str, int], least: int) -> str:
    text, strength = operand
    return text if strength >= least else f"({text})"
