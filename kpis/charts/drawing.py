"""What `kpi-chart.js` draws: numbers for the lines, and every text in the reader's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.templatetags.ui import kpi_value, number
from kpis.charts.marks import Mark
from kpis.charts.rows import Row
from kpis.charts.texts import interval_text, period_text, short_text, signal_text
from kpis.choices import Direction, Finality, Status, TargetShape, Unit
from kpis.models import Forecast, Kpi, KpiTarget, Signal
from kpis.selectors import Point, Series
from kpis.selectors.calendar import Period, calendar_of, period_of

# A duration is drawn in the largest of these units in which the highest point still reaches 2.
DURATION_STEPS = (86_400, 3_600, 60)
Drawn = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extras:
    """What is drawn beside the values."""

    targets: Sequence[KpiTarget] = ()
    marks: Sequence[Mark] = ()
    signals: Sequence[Signal] = ()
    forecast: Forecast | None = None
    compared_name: str = ""


NOTHING = Extras()


def chart_of(series: Series, rows: Sequence[Row], extras: Extras = NOTHING) -> Drawn:
    """The chart of these rows, oldest first, with what belongs beside them."""
    steps = _forecast_steps(series, rows, extras.forecast)
    drawn = {row.point.starts_on.isoformat(): index for index, row in enumerate(rows)}
    ahead = [step for step in steps if step["starts_on"] not in drawn]
    highest = [row.point.value for row in rows if row.point.value is not None]
    return {
        "language": "en-GB" if get_language() == "en" else get_language(),
        "axis": _axis(series.kpi, highest),
        "words": {
            "target": _("Target"),
            "n": _("n ="),
            "forecast": _("Forecast (80%)"),
            "interval": _("95%"),
            "compared": extras.compared_name,
        },
        "legend": _legend(series.kpi, rows, extras, has_forecast=bool(ahead)),
        "is_between": series.kpi.direction == Direction.BETWEEN,
        "target_is_line": any(each.shape == TargetShape.LINE for each in extras.targets),
        "points": [_point(series.kpi, row) for row in rows],
        "ahead": ahead,
        # What was forecast for the period that is still running.
        "bridge": {drawn[step["starts_on"]]: step for step in steps if step["starts_on"] in drawn},
        "marks": _placed(extras.marks, rows),
        "limits": [limit for signal in extras.signals if (limit := _limit(signal, rows))],
    }


def _legend(kpi: Kpi, rows: Sequence[Row], extras: Extras, *, has_forecast: bool) -> list[tuple[str, str]]:
    """What each line and shade is."""
    points = [row.point for row in rows]
    named = {
        "value": (True, kpi.name),
        "interval": (any(point.low is not None for point in points), _("95% interval")),
        "target": (any(point.target is not None for point in points), _("Target")),
        "near": (any(_has_near(point) for point in points), _("near target")),
        "compared": (bool(extras.compared_name), extras.compared_name),
        "forecast": (has_forecast, _("Forecast (80%)")),
        "limits": (bool(extras.signals), _("limits of a signal")),
    }
    return [(line, text) for line, (is_drawn, text) in named.items() if is_drawn]


def _has_near(point: Point) -> bool:
    return point.target_near is not None and point.target_near != point.target


def _point(kpi: Kpi, row: Row) -> Drawn:
    point = row.point
    is_judged = point.finality == Finality.FINAL and point.status in (Status.NEAR, Status.OFF_TARGET)
    return {
        "starts_on": point.starts_on.isoformat(),
        "period": row.period,
        "short": row.short,
        "value": _float(point.value),
        "low": _float(point.low),
        "high": _float(point.high),
        "target": _float(point.target),
        "near": _float(point.target_near),
        "upper": _float(point.target_upper),
        "compared": _float(point.compared_value),
        "text": row.text,
        "interval": row.interval,
        "n_text": number(point.n),
        "target_text": row.target if point.target is not None else "",
        "compared_text": row.compared if point.compared_value is not None else "",
        "finality_text": "" if point.finality == Finality.FINAL else point.finality.label,
        "status_text": point.status.label if is_judged else "",
        "is_open": point.finality in (Finality.OPEN, Finality.PENDING),
        "rows_url": row.rows_url,
    }


def _forecast_steps(series: Series, rows: Sequence[Row], forecast: Forecast | None) -> list[Drawn]:
    """The forecast periods behind the last settled one, only where it beat the naive forecast in its test."""
    if forecast is None or not forecast.beats_naive or not rows:
        return []
    settled = [row.point for row in rows if row.point.finality == Finality.FINAL]
    after = settled[-1].starts_on if settled else date.min
    unit, zone = series.kpi.unit, series.kpi.organization.zone
    steps = zip(forecast.starts_on, forecast.points, forecast.lows, forecast.highs, strict=True)
    return [
        {
            "starts_on": day.isoformat(),
            "period": period_text(_period(day, series), series.grain, zone),
            "short": short_text(_period(day, series), series.grain, zone),
            "value": value,
            "low": low,
            "high": high,
            "text": kpi_value(round(value, 6), unit),
            "interval": interval_text(Decimal(str(low)), Decimal(str(high)), unit),
        }
        for day, value, low, high in steps
        if day > after
    ]


def _period(day: date, series: Series) -> Period:
    return period_of(day, series.grain, calendar_of(series.kpi.organization))


def _placed(marks: Iterable[Mark], rows: Sequence[Row]) -> list[Drawn]:
    """Each mark at the number of the period that holds its day."""
    placed = []
    for mark in marks:
        place = _place(mark.day, rows)
        if place is not None:
            placed.append({"index": place, "number": str(mark.number), "text": mark.text})
    return placed


def _limit(signal: Signal, rows: Sequence[Row]) -> Drawn | None:
    first, last = _place(signal.first_on, rows), _place(signal.last_on, rows)
    if last is None:
        return None
    return {
        "first": last if first is None else first,
        "last": last,
        "low": _float(signal.low),
        "high": _float(signal.high),
        "is_good": signal.is_good,
        "text": signal_text(signal),
    }


def _place(day: date, rows: Sequence[Row]) -> int | None:
    found = (index for index, row in enumerate(rows) if row.point.starts_on <= day <= row.point.ends_on)
    return next(found, None)


def _axis(kpi: Kpi, values: Sequence[Decimal]) -> Drawn:
    divisor, name = 1, {Unit.PERCENT: "%", Unit.PER_THOUSAND: "‰"}.get(Unit(kpi.unit), "")
    if kpi.unit == Unit.SECONDS:
        highest = max((abs(value) for value in values), default=0)
        divisor = next((step for step in DURATION_STEPS if highest >= 2 * step), 1)
        names = {86_400: _("days"), 3_600: _("hours"), 60: _("minutes"), 1: _("seconds")}
        name = names[divisor]
    return {"divisor": divisor, "unit": name, "floats": kpi.unit in (Unit.PERCENT, Unit.SCORE, Unit.POINTS)}


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
