"""A series as its page shows it: rows of the table, and the same rows as points of the chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.templatetags.ui import kpi_value, number
from kpis.choices import Finality, Grain, Unit
from kpis.selectors import Point, Series

# A duration is drawn in the largest of these units in which the highest point still reaches 2.
DURATION_STEPS = (86_400, 3_600, 60)


@dataclass(frozen=True, slots=True)
class Row:
    """A point in the reader's words, with the address of the rows behind it."""

    point: Point
    period: str
    text: str
    rows_url: str


def rows_of(series: Series, team_id: int | None) -> list[Row]:
    """The points of the series, oldest first."""
    return [
        Row(
            point=point,
            period=period_text(point, series.grain),
            text=kpi_value(point.value, series.kpi.unit),
            rows_url=_rows_url(series, point, team_id),
        )
        for point in series.points
    ]


def period_text(point: Point, grain: Grain) -> str:
    """The period's name: a day, the two ends of a week, a month."""
    if grain == Grain.MONTH:
        return date_format(point.starts_on, "YEAR_MONTH_FORMAT")
    if grain == Grain.DAY:
        return date_format(point.starts_on, "DATE_FORMAT")
    ends = (point.starts_on, point.ends_on)
    # Chinese writes the year first, so the end of the week is the one without it.
    formats = ("MONTH_DAY_FORMAT", "DATE_FORMAT")
    if (get_language() or "").startswith("zh"):
        formats = ("DATE_FORMAT", "MONTH_DAY_FORMAT")
    return " – ".join(date_format(day, form) for day, form in zip(ends, formats, strict=True))


def chart_of(series: Series, rows: Sequence[Row]) -> dict[str, Any]:
    """What `kpi-chart.js` draws: numbers for the lines, texts for the tooltip, how the axes are labelled."""
    unit = series.kpi.unit
    return {
        "language": "en-GB" if get_language() == "en" else get_language(),
        "axis": _axis(series),
        "words": {
            "value": series.kpi.name,
            "running": _("period still running"),
            "target": _("Target"),
            "n": _("n ="),
        },
        "points": [
            {
                "starts_on": row.point.starts_on.isoformat(),
                "period": row.period,
                "value": None if row.point.value is None else float(row.point.value),
                "target": None if row.point.target is None else float(row.point.target),
                "text": row.text,
                "n_text": number(row.point.n),
                "target_text": kpi_value(row.point.target, unit) if row.point.target is not None else "",
                "finality_text": "" if row.point.finality == Finality.FINAL else row.point.finality.label,
                "is_open": row.point.finality == Finality.OPEN,
                "rows_url": row.rows_url,
            }
            for row in rows
        ],
    }


def _axis(series: Series) -> dict[str, Any]:
    unit = series.kpi.unit
    divisor, name = 1, {Unit.PERCENT: "%", Unit.PER_THOUSAND: "‰"}.get(Unit(unit), "")
    if unit == Unit.SECONDS:
        highest = max((point.value for point in series.points if point.value is not None), default=0)
        divisor = next((step for step in DURATION_STEPS if highest >= 2 * step), 60)
        name = {86_400: _("days"), 3_600: _("hours"), 60: _("minutes")}[divisor]
    year_or_day = {"year": "numeric"} if series.grain == Grain.MONTH else {"day": "numeric"}
    return {
        "divisor": divisor,
        "unit": name,
        "floats": unit in (Unit.PERCENT, Unit.SCORE),
        "date_parts": {"month": "short", **year_or_day},
    }


def _rows_url(series: Series, point: Point, team_id: int | None) -> str:
    asked = {"from": point.starts_on.isoformat(), "to": point.ends_on.isoformat()}
    if team_id is not None:
        asked["team"] = str(team_id)
    return f"{reverse('kpis:rows', args=[series.kpi.key])}?{urlencode(asked)}"
