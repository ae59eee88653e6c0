"""Where the axis of values begins and ends, with its ticks in the reader's words."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.templatetags.ui import number
from kpis.choices import Unit

# A duration is drawn in the largest of these units in which the highest point still reaches 2.
DURATION_STEPS = (86_400, 3_600, 60)
# What may be drawn on a broken axis: a change of such a value matters far above zero, and it is told in words.
BREAKABLE = (Unit.PERCENT, Unit.SCORE, Unit.POINTS)
TICKS = 5
NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
WHOLE = Decimal(100)
Known = Decimal | float | None


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis in drawn units (values over `divisor`); `note` says in words where it does not begin at zero."""

    divisor: int
    unit: str
    min: float
    max: float
    step: float
    ticks: Sequence[str]
    note: str

    def drawn(self) -> dict[str, Any]:
        """As `chart-options.js` reads it."""
        return asdict(self)


def axis_of(unit: str, lines: Iterable[Known], shades: Iterable[Known] = ()) -> Axis:
    """The axis that holds all lines, and as much of the shades as leaves the lines readable.

    It begins at zero, or ends there where all values are negative. Percents, scores and points may leave zero out
    where nothing reaches down to half of the highest value.
    """
    known = [abs(value) for value in _numbers(lines)]
    divisor = _divisor(unit, max(known, default=Decimal(0)))
    low, high = _reach(
        [each / divisor for each in _numbers(lines)], [each / divisor for each in _numbers(shades)]
    )
    if unit not in BREAKABLE or 0 <= 2 * low <= high or 0 >= 2 * high >= low:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    step = nice_step((high - low or Decimal(1)) / TICKS)
    if unit == Unit.COUNT and all(value == value.to_integral_value() for value in known):
        step = step.to_integral_value(ROUND_CEILING)
    first = (low / step).to_integral_value(ROUND_FLOOR) * step
    last = max((high / step).to_integral_value(ROUND_CEILING) * step, first + step)
    if unit == Unit.PERCENT and high <= WHOLE < last and first < WHOLE:
        last = WHOLE
    count = int((last - first) / step)
    places = max(0, -step.normalize().as_tuple().exponent)  # type: ignore[operator] # never infinite
    ticks = [number(first + step * place, places) for place in range(count + 1)]
    return Axis(
        divisor=divisor,
        unit=_name(unit, divisor),
        min=float(first),
        max=float(last),
        step=float(step),
        ticks=ticks,
        note=_note(first, last, ticks, _name(unit, divisor)),
    )


def nice_step(raw: Decimal) -> Decimal:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `raw`."""
    power = Decimal(1).scaleb(raw.adjusted())
    return next(times * power for times in NICE if times * power >= raw)


def _reach(lines: Sequence[Decimal], shades: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """The ends of the lines; wide shades of small numbers may take half as much room again to either side, no more."""
    if not lines:
        return Decimal(0), Decimal(1)
    low, high = min(lines), max(lines)
    room = (high - low or abs(high) or Decimal(1)) / 2
    least, most = max(min([low, *shades]), low - room), min(max([high, *shades]), high + room)
    return (max(least, Decimal(0)) if low >= 0 else least), most


def _note(first: Decimal, last: Decimal, ticks: Sequence[str], unit: str) -> str:
    if first <= 0 <= last:
        return ""
    nearest = ticks[0] if first > 0 else ticks[-1]
    return _("The axis starts at %(value)s, not at zero.") % {"value": f"{nearest}{unit}"}


def _divisor(unit: str, highest: Decimal) -> int:
    if unit != Unit.SECONDS:
        return 1
    return next((step for step in DURATION_STEPS if highest >= 2 * step), 1)


def _name(unit: str, divisor: int) -> str:
    if unit == Unit.SECONDS:
        return {86_400: _("days"), 3_600: _("hours"), 60: _("minutes"), 1: _("seconds")}[divisor]
    return {Unit.PERCENT: "%", Unit.PER_THOUSAND: "‰"}.get(Unit(unit), "")


def _numbers(values: Iterable[Known]) -> list[Decimal]:
    return [Decimal(str(value)) for value in values if value is not None]
