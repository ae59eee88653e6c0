"""The points of a series in the reader's words, with the rows behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from common.templatetags.ui import kpi_value
from kpis.charts.texts import Change, change_of, interval_text, period_text, short_text, target_text
from kpis.selectors import Point, Series


@dataclass(frozen=True, slots=True)
class Row:
    """A point in the reader's words, with the address of the rows behind it."""

    point: Point
    period: str
    short: str
    text: str
    interval: str
    target: str
    compared: str
    change: Change | None
    rows_url: str


def rows_of(series: Series, zone: ZoneInfo, narrowed: Mapping[str, str]) -> list[Row]:
    """The points of the series, oldest first; `narrowed` is what the address says of whose facts they are."""
    unit, direction = series.kpi.unit, series.kpi.direction
    return [
        Row(
            point=point,
            period=period_text(point, series.grain, zone),
            short=short_text(point, series.grain, zone),
            text=kpi_value(point.value, unit),
            interval=interval_text(point.low, point.high, unit),
            target=target_text(point.target, point.target_upper, unit, direction),
            compared=kpi_value(point.compared_value, unit),
            change=change_of(point.value, point.compared_value, unit, direction),
            rows_url=_rows_url(series.kpi.key, point, narrowed),
        )
        for point in series.points
    ]


def _rows_url(key: str, point: Point, narrowed: Mapping[str, str]) -> str:
    asked = {"from": point.starts_on.isoformat(), "to": point.ends_on.isoformat(), **narrowed}
    return f"{reverse('kpis:rows', args=[key])}?{urlencode(asked)}"
