"""What kind of number something is: a product of powers of time and money, or a dimensionless number on a scale."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from kpis.choices import Unit

ZERO = "zero"
PLAIN = "plain"
SHARE = "share"
COUNT = Unit.COUNT.value
# On these scales a value times a weight stays what it is, and a quotient of equals is a plain number.
NEUTRAL = (ZERO, PLAIN, SHARE, COUNT)
FULL = {Unit.PERCENT.value: 100, Unit.PER_THOUSAND.value: 1_000}


@dataclass(frozen=True, slots=True)
class Measure:
    """Powers of time and money; where both are zero, a scale: one of NEUTRAL or the value of another Unit."""

    time: int = 0
    money: int = 0
    scale: str = PLAIN

    @property
    def dimensional(self) -> bool:
        """Whether it holds time or money."""
        return bool(self.time or self.money)


def of_unit(unit: Unit) -> Measure:
    """The measure of a KPI with this unit."""
    if unit == Unit.SECONDS:
        return Measure(time=1)
    if unit == Unit.CURRENCY:
        return Measure(money=1)
    return Measure(scale=unit.value)


def common(left: Measure, right: Measure) -> Measure | None:
    """The measure of a sum, or None where the two cannot be added or compared; zero fits everything."""
    if left == right or right.scale == ZERO:
        return left
    if left.scale == ZERO:
        return right
    if left.dimensional or right.dimensional or PLAIN not in (left.scale, right.scale):
        return None
    return right if left.scale == PLAIN else left


def product(left: Measure, right: Measure) -> Measure | None:
    """The measure of a product; None for a percentage or score times anything but a number, share or count."""
    if left.scale in NEUTRAL and right.scale in NEUTRAL:
        return _with_powers(left, right, 1, _heavier(left.scale, right.scale))
    marked, weight = (right, left) if left.scale in NEUTRAL else (left, right)
    return marked if weight.scale in NEUTRAL and not weight.dimensional else None


def quotient(left: Measure, right: Measure) -> Measure | None:
    """The measure of a quotient; equals give a plain number, and nothing else is divided by a percentage or score."""
    if left == right:
        return Measure()
    if right.scale not in NEUTRAL:
        return None
    if left.scale not in NEUTRAL:
        return None if right.dimensional else left
    return _with_powers(left, right, -1, PLAIN if left.scale == ZERO else left.scale)


def full_scale(measure: Measure, factor: int) -> Measure | None:
    """A share times 100 is a percentage, times 1,000 a rate per thousand."""
    scales = [scale for scale, full in FULL.items() if full == factor and measure.scale == SHARE]
    return Measure(scale=scales[0]) if scales else None


def as_share(measure: Measure, divisor: int) -> Measure | None:
    """A percentage divided by 100 is a share, and so is a rate per thousand divided by 1,000."""
    return Measure(scale=SHARE) if FULL.get(measure.scale) == divisor else None


def suits(found: Measure, unit: Unit) -> bool:
    """Whether a result of this measure may be the value of a KPI with this unit."""
    if found.scale == SHARE:
        return of_unit(unit).scale not in FULL and suits(Measure(), unit)
    return common(found, of_unit(unit)) == of_unit(unit)


def _with_powers(left: Measure, right: Measure, sign: int, scale: str) -> Measure:
    powers = Measure(left.time + sign * right.time, left.money + sign * right.money)
    if powers.dimensional or left.dimensional or right.dimensional:
        return powers
    return replace(powers, scale=scale)


def _heavier(left: str, right: str) -> str:
    return max(left, right, PLAIN, key=NEUTRAL.index)


def shown(measure: Measure) -> str:
    """The measure in words, in the active language."""
    if not measure.dimensional:
        own = {ZERO: _("plain number"), PLAIN: _("plain number"), SHARE: _("share from 0 to 1")}
        return own.get(measure.scale) or str(Unit(measure.scale).label)
    powers = ((Unit.SECONDS, measure.time), (Unit.CURRENCY, measure.money))
    top = " × ".join(str(unit.label) for unit, power in powers for _each in range(power))
    bottom = " × ".join(str(unit.label) for unit, power in powers for _each in range(-power))
    return _("%(top)s per %(bottom)s") % {"top": top or "1", "bottom": bottom} if bottom else top
