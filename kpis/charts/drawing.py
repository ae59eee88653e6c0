"""What `kpi-chart.js` draws: numbers for the lines, and every text in the reader's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.templatetags.ui import kpi_value, number
from kpis.charts.axis import Axis, axis_of
from kpis.charts.lines import is_open, lines_of
from kpis.charts.marks import Mark
from kpis.charts.rows import Row
from kpis.charts.texts import interval_text, period_text, short_text, signal_text
from kpis.choices import Direction, Finality, Status, TargetShape
from kpis.models import Forecast, Kpi, KpiTarget, Signal
from kpis.selectors import Point, Series
from kpis.selectors.calendar import calendar_of, period_of
from kpis.selectors.forecasts import ForecastStep, steps_of

# Labels of marks that stand nearer to each other than this share of the chart's width would cover each other.
LABELS_ACROSS = 16
Drawn = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extras:
    """What is drawn beside the values; without an axis, one that fits."""

    targets: Sequence[KpiTarget] = ()
    marks: Sequence[Mark] = ()
    signals: Sequence[Signal] = ()
    forecast: Forecast | None = None
    compared_name: str = ""
    axis: Axis | None = None


NOTHING = Extras()


def chart_of(series: Series, rows: Sequence[Row], extras: Extras = NOTHING) -> Drawn:
    """The chart of these rows, oldest first, with what belongs beside them."""
    steps = _forecast_steps(series, rows, extras.forecast)
    points = [row.point for row in rows]
    drawn = {point.starts_on for point in points}
    ahead = [step for step in steps if step.starts_on not in drawn]
    axis = extras.axis or _axis(series.kpi.unit, points, ahead)
    limits = [limit for signal in extras.signals if (limit := _limit(signal, rows, axis))]
    marks = _placed(extras.marks, rows, len(rows) + len(ahead))
    return {
        "axis": axis.drawn(),
        "legend": _legend(series.kpi, points, extras, has_forecast=bool(ahead)),
        "is_between": series.kpi.direction == Direction.BETWEEN,
        "target_is_line": any(each.shape == TargetShape.LINE for each in extras.targets),
        "lines": lines_of(points, steps if ahead else [], axis.divisor),
        "points": [
            {
                "short": row.short,
                "said": [*_said(row, extras.compared_name), *_beside(place, limits, marks)],
                "rows_url": row.rows_url,
            }
            for place, row in enumerate(rows)
        ]
        + [_step(step, series) for step in ahead],
        "marks": marks,
        "limits": limits,
    }


def _legend(
    kpi: Kpi, points: Sequence[Point], extras: Extras, *, has_forecast: bool
) -> list[tuple[str, str]]:
    """What each line and shade is."""
    named = {
        "value": (True, kpi.name),
        "running": (
            any(is_open(point) and point.value is not None for point in points),
            _("not complete yet"),
        ),
        "interval": (any(point.low is not None for point in points), _("95% interval")),
        "target": (any(point.target is not None for point in points), _("Target")),
        "near": (any(_has_near(point) for point in points), _("near target")),
        "compared": (bool(extras.compared_name), extras.compared_name),
        "forecast": (has_forecast, _("Forecast (50% and 80%)")),
        "limits": (bool(extras.signals), _("limits of a signal")),
    }
    return [(line, text) for line, (is_drawn, text) in named.items() if is_drawn]


def _has_near(point: Point) -> bool:
    return point.target_near is not None and point.target_near != point.target


def _said(row: Row, compared_name: str) -> list[str]:
    """What is told of a point: its period, its value, and whatever else is known."""
    point = row.point
    is_judged = point.finality == Finality.FINAL and point.status in (Status.NEAR, Status.OFF_TARGET)
    more = [
        (row.interval, f"{_('95%')}: {row.interval}"),
        (point.n, f"{_('n =')} {number(point.n)}"),
        (point.target is not None, f"{_('Target')} {row.target}"),
        (is_judged, str(point.status.label)),
        (point.compared_value is not None, f"{compared_name}: {row.compared}"),
        (point.finality != Finality.FINAL, str(point.finality.label)),
    ]
    return [row.period, row.text, *(text for is_told, text in more if is_told)]


def _beside(place: int, limits: Iterable[Drawn], marks: Iterable[Drawn]) -> list[str]:
    return [
        *(limit["text"] for limit in limits if limit["first"] <= place <= limit["last"]),
        *(f"{mark['number']} · {mark['text']}" for mark in marks if mark["index"] == place),
    ]


def _forecast_steps(series: Series, rows: Sequence[Row], forecast: Forecast | None) -> list[ForecastStep]:
    """The forecast periods behind the last settled one, only where it beat the naive forecast in its test."""
    if forecast is None or not forecast.beats_naive or not rows:
        return []
    settled = [row.point for row in rows if row.point.finality == Finality.FINAL]
    after = settled[-1].starts_on if settled else date.min
    return [step for step in steps_of(series.kpi, forecast) if step.starts_on > after]


def _step(step: ForecastStep, series: Series) -> Drawn:
    unit, zone = series.kpi.unit, series.kpi.organization.zone
    period = period_of(step.starts_on, series.grain, calendar_of(series.kpi.organization))
    said = [
        period_text(period, series.grain, zone),
        kpi_value(round(step.value, 6), unit),
        f"{_('Forecast (80%)')}: {_between(step.low, step.high, unit)}",
    ]
    if step.inner_low is not None and step.inner_high is not None:
        said.append(f"{_('50%')}: {_between(step.inner_low, step.inner_high, unit)}")
    return {"short": short_text(period, series.grain, zone), "said": said, "rows_url": ""}


def _between(low: float, high: float, unit: str) -> str:
    return interval_text(Decimal(str(low)), Decimal(str(high)), unit)


def _placed(marks: Iterable[Mark], rows: Sequence[Row], width: int) -> list[Drawn]:
    """Each mark at the number of the period that holds its day; near ones share the label of the first of them."""
    placed: list[Drawn] = []
    leader: Drawn | None = None
    for mark in marks:
        place = _place(mark.day, rows)
        if place is None:
            continue
        placed.append({"index": place, "number": str(mark.number), "text": mark.text, "label": ""})
        if leader is None or place - leader["index"] >= width / LABELS_ACROSS:
            leader = placed[-1]
        shares = leader["number"] != str(mark.number)
        leader["label"] = f"{leader['number']}–{mark.number}" if shares else leader["number"]
    return placed


def _limit(signal: Signal, rows: Sequence[Row], axis: Axis) -> Drawn | None:
    """Where the limits of a signal are drawn: along its days, and a sign at the last of them."""
    first, last = _place(signal.first_on, rows), _place(signal.last_on, rows)
    if last is None:
        return None
    value = rows[last].point.value
    low, high, at = (
        None if each is None else float(each) / axis.divisor for each in (signal.low, signal.high, value)
    )
    return {
        "first": last if first is None else first,
        "last": last,
        "edges": [edge for edge in (low, high) if edge is not None],
        "at": at,
        "is_good": signal.is_good,
        "text": signal_text(signal),
    }


def _place(day: date, rows: Sequence[Row]) -> int | None:
    found = (index for index, row in enumerate(rows) if row.point.starts_on <= day <= row.point.ends_on)
    return next(found, None)


def _axis(unit: str, points: Sequence[Point], ahead: Sequence[ForecastStep]) -> Axis:
    lines = [
        *(
            value
            for each in points
            for value in (each.value, each.target, each.target_upper, each.compared_value)
        ),
        *(step.value for step in ahead),
    ]
    shades = [
        *(value for each in points for value in (each.low, each.high, each.target_near)),
        *(end for step in ahead for end in (step.low, step.high)),
    ]
    return axis_of(unit, lines, shades)
