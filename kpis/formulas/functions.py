"""The functions a formula may call: how they are written, and how many values they take."""

from dataclasses import dataclass

MANY = 1_000
ROUND_PLACES_LIMIT = 9


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function is written, with the smallest and the largest number of its values."""

    written: str
    least: int
    most: int


FUNCTIONS = {
    "abs": Signature("abs(a)", 1, 1),
    "coalesce": Signature("coalesce(a, b, …)", 2, MANY),
    "max": Signature("max(a, b, …)", 2, MANY),
    "min": Signature("min(a, b, …)", 2, MANY),
    "round": Signature("round(a, 2)", 1, 2),
    "safe_div": Signature("safe_div(a, b, 0)", 3, 3),
}
