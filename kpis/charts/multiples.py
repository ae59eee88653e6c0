"""The parts of a KPI as small charts beside each other, all on one axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from common.templatetags.ui import kpi_value
from kpis.charts.axis import axis_of
from kpis.charts.breakdown import Bar
from kpis.charts.drawing import Extras, chart_of
from kpis.charts.rows import Row
from kpis.choices import Status, Unit
from kpis.selectors import Series

MOST_CHARTS = 12
# Counts and sums of a part are not of the size of the whole, so that it would only press them flat.
OF_WHOLE_SIZE = (Unit.PERCENT, Unit.PER_THOUSAND, Unit.SCORE, Unit.POINTS, Unit.SECONDS)


@dataclass(frozen=True, slots=True)
class SmallChart:
    """The chart of one part, and the address of the same series with everything around it."""

    id: str
    name: str
    chart: dict[str, Any]
    csv_url: str
    page_url: str
    texts: Sequence[str]


def multiples_of(
    series: Series, rows: Sequence[Row], bars: Sequence[Bar], asked: Mapping[str, str]
) -> list[SmallChart]:
    """The first twelve teams that may be told; `rows` are those of the whole, oldest first."""
    told = [bar for bar in bars if bar.rows_url and any(value is not None for value in bar.line)][
        :MOST_CHARTS
    ]
    unit = series.kpi.unit
    whole = [row.point.value for row in rows] if unit in OF_WHOLE_SIZE else []
    name = _("All teams") if whole else ""
    extras = Extras(
        compared_name=name, axis=axis_of(unit, [*(each for bar in told for each in bar.line), *whole])
    )
    return [_small(series, rows, bar, extras, asked) for bar in told]


def _small(
    series: Series, rows: Sequence[Row], bar: Bar, extras: Extras, asked: Mapping[str, str]
) -> SmallChart:
    key, query = series.kpi.key, urlencode({**asked, "team": bar.part.id})
    own = [
        _row(series, row, value, bar, is_compared=bool(extras.compared_name))
        for row, value in zip(rows, bar.line, strict=True)
    ]
    chart = chart_of(series, own, extras)
    legend = [(line, bar.name if line == "value" else text) for line, text in chart["legend"]]
    return SmallChart(
        id=f"part-{bar.part.id}",
        name=bar.name,
        chart=chart | {"legend": legend},
        csv_url=f"{reverse('kpis:series-csv', args=[key])}?{query}",
        page_url=f"{reverse('kpis:detail', args=[key])}?{query}",
        texts=[row.text for row in own],
    )


def _row(series: Series, row: Row, value: Decimal | None, bar: Bar, *, is_compared: bool) -> Row:
    """The row of the whole with the part's value; what is known of the whole only is left out."""
    period = {"from": row.point.starts_on, "to": row.point.ends_on, "team": bar.part.id}
    point = replace(
        row.point,
        value=value,
        n=0,
        low=None,
        high=None,
        target=None,
        target_near=None,
        target_upper=None,
        status=Status.NO_TARGET,
        compared_value=row.point.value if is_compared else None,
    )
    return replace(
        row,
        point=point,
        text=kpi_value(value, series.kpi.unit),
        interval="",
        compared=row.text,
        rows_url=f"{reverse('kpis:rows', args=[series.kpi.key])}?{urlencode(period)}",
    )
