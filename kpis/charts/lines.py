"""The numbers of a chart's lines, one for each period, in the unit of the axis."""

from collections.abc import Sequence
from decimal import Decimal

from kpis.choices import Finality
from kpis.selectors import Point
from kpis.selectors.forecasts import ForecastStep

Line = list[float | None]
OF_POINTS = {
    "target": "target",
    "near": "target_near",
    "upper": "target_upper",
    "compared": "compared_value",
    "low": "low",
    "high": "high",
}
OF_STEPS = {
    "forecast": "value",
    "fan_low": "low",
    "fan_high": "high",
    "inner_low": "inner_low",
    "inner_high": "inner_high",
}


def is_open(point: Point) -> bool:
    """Whether the period is not complete yet: its line is dashed."""
    return point.finality in (Finality.OPEN, Finality.PENDING)


def lines_of(points: Sequence[Point], steps: Sequence[ForecastStep], divisor: int) -> dict[str, Line]:
    """The lines by name; those without any value are left out. `steps` may begin within the points.

    The lines of running periods and of the forecast begin at the last settled value, so that they meet.
    """
    drawn = {point.starts_on for point in points}
    ahead = [step for step in steps if step.starts_on not in drawn]
    beyond: Line = [None] * len(ahead)

    def scaled(value: Decimal | float | None) -> float | None:
        return None if value is None else round(float(value) / divisor, 6)

    follows_open = [is_open(after) for after in points[1:]] + [False]
    lines = {
        "value": [None if is_open(point) else scaled(point.value) for point in points] + beyond,
        "running": [
            scaled(point.value) if is_open(point) or is_followed else None
            for point, is_followed in zip(points, follows_open, strict=True)
        ]
        + beyond,
        **{
            line: [scaled(getattr(point, name)) for point in points] + beyond
            for line, name in OF_POINTS.items()
        },
    }
    if ahead:
        lines |= {
            line: [*map(scaled, _future(points, steps, ahead, name))] for line, name in OF_STEPS.items()
        }
    return {name: line for name, line in lines.items() if any(value is not None for value in line)}


def _future(
    points: Sequence[Point], steps: Sequence[ForecastStep], ahead: Sequence[ForecastStep], name: str
) -> list[Decimal | float | None]:
    settled = [
        number for number, point in enumerate(points) if not is_open(point) and point.value is not None
    ]
    foretold = {step.starts_on: step for step in steps}
    known: list[Decimal | float | None] = [
        getattr(foretold[point.starts_on], name) if point.starts_on in foretold else None for point in points
    ]
    if settled and (name not in ("inner_low", "inner_high") or getattr(ahead[0], name) is not None):
        known[settled[-1]] = points[settled[-1]].value
    return [*known, *(getattr(step, name) for step in ahead)]
