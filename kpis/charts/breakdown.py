"""The parts of a KPI as bars, each with its own small line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from common.templatetags.ui import kpi_value
from kpis.charts.texts import interval_text
from kpis.selectors import Breakdown, BreakdownPart, By
from kpis.selectors.totals import Slice


@dataclass(frozen=True, slots=True)
class Bar:
    """One part: its value, how long its bar is (0 to 100), and where its rows are."""

    part: BreakdownPart
    name: str
    text: str
    interval: str
    length: int
    line: Sequence[Decimal | None]
    rows_url: str


def bars_of(
    found: Breakdown, lines: Mapping[Slice, Sequence[Decimal | None]], narrowed: Mapping[str, str]
) -> list[Bar]:
    """The parts, those with the largest values first; parts without a value come last."""
    unit = found.kpi.unit
    longest = max((part.value for part in found.parts if part.value is not None), default=Decimal(0))
    bars = [
        Bar(
            part=part,
            name=part.name or _without(found.by),
            text=kpi_value(part.value, unit),
            interval=interval_text(part.low, part.high, unit),
            length=_length(part.value, longest),
            line=[] if part.is_hidden else lines.get(part.name if found.by is By.LABEL else part.id or 0, []),
            rows_url=_rows_url(found, part, narrowed),
        )
        for part in found.parts
    ]
    return sorted(bars, key=lambda bar: (bar.part.value is None, -(bar.part.value or 0)))


def _without(by: By) -> str:
    return {By.TEAM: _("no team"), By.MEMBER: _("nobody"), By.LABEL: _("no label")}[by]


def _length(value: Decimal | None, longest: Decimal) -> int:
    if value is None or value <= 0 or longest <= 0:
        return 0
    return max(round(100 * value / longest), 1)


def _rows_url(found: Breakdown, part: BreakdownPart, narrowed: Mapping[str, str]) -> str:
    """Empty where no rows can be named: those of nobody, and of a team with others below it."""
    place = part.name if found.by is By.LABEL else str(part.id or "")
    if not place or part.is_hidden:
        return ""
    period = found.period
    asked = {"from": period.starts_on, "to": period.ends_on, **narrowed, found.by.value: place}
    return f"{reverse('kpis:rows', args=[found.kpi.key])}?{urlencode(asked)}"
