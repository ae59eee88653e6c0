"""Periods, values and changes in the reader's words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.templatetags.ui import kpi_value, number, signed_value
from kpis.choices import Direction, Grain, SignalKind, SignalTrend, Unit
from kpis.models import Signal
from kpis.selectors import Point
from kpis.selectors.calendar import Period

QUARTER_MONTHS = (1, 4, 7, 10)


@dataclass(frozen=True, slots=True)
class Change:
    """A change in words; `tone` says whether it is for the better, `arrow` is the icon beside it."""

    text: str
    tone: str
    arrow: str
    words: str


def period_text(point: Point | Period, grain: Grain, zone: ZoneInfo) -> str:
    """The period's name: an hour, a day, the two ends of a week, a month, a quarter, a year."""
    if grain == Grain.HOUR and point.starts_at is not None:
        return date_format(point.starts_at.astimezone(zone), "DATETIME_FORMAT")
    if grain == Grain.DAY:
        return date_format(point.starts_on, "DATE_FORMAT")
    if grain == Grain.WEEK:
        return span_text(point.starts_on, point.ends_on)
    return _months_text(point, grain)


def short_text(point: Point | Period, grain: Grain, zone: ZoneInfo) -> str:
    """As much of the period's name as fits below an axis."""
    if grain == Grain.HOUR and point.starts_at is not None:
        local = point.starts_at.astimezone(zone)
        return f"{local:%H:%M}" if local.hour else date_format(local, "MONTH_DAY_FORMAT")
    if grain in (Grain.DAY, Grain.WEEK):
        return date_format(point.starts_on, "MONTH_DAY_FORMAT")
    if grain == Grain.MONTH and not _is_chinese():
        return date_format(point.starts_on, "M Y")
    return _months_text(point, grain)


def span_text(first_on: date, last_on: date) -> str:
    """Two days with one year between them, or two where they differ."""
    if first_on == last_on:
        return date_format(first_on, "DATE_FORMAT")
    if first_on.year != last_on.year:
        return " – ".join(date_format(day, "DATE_FORMAT") for day in (first_on, last_on))
    # Chinese writes the year first, so the end of the stretch is the one without it.
    formats = ("MONTH_DAY_FORMAT", "DATE_FORMAT")
    if _is_chinese():
        formats = ("DATE_FORMAT", "MONTH_DAY_FORMAT")
    return " – ".join(date_format(day, form) for day, form in zip((first_on, last_on), formats, strict=True))


def signal_text(signal: Signal) -> str:
    """What a signal says, without its numbers."""
    if signal.kind != SignalKind.SPREAD:
        return f"{signal.get_kind_display()}: {signal.get_trend_display()}"
    return _("varies more than usual") if signal.trend == SignalTrend.UP else _("varies less than usual")


def interval_text(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    """The two ends of an interval, the unit said once where it is a sign; empty where there is none."""
    if low is None or high is None:
        return ""
    if unit == Unit.PERCENT:
        return f"{number(low, 1)}–{number(high, 1)}"
    if unit == Unit.PER_THOUSAND:
        return f"{number(low, 2)}–{number(high, 2)}"
    separator = " – " if unit == Unit.SECONDS else "–"
    return f"{kpi_value(low, unit)}{separator}{kpi_value(high, unit)}"


def target_text(value: Decimal | None, upper: Decimal | None, unit: str, direction: str) -> str:
    """What the KPI should be: at least, at most, or between two values."""
    if value is None:
        return "–"
    if direction == Direction.BETWEEN:
        return interval_text(value, upper, unit) + {"percent": "%", "per_thousand": "‰"}.get(unit, "")
    return f"{'≥' if direction == Direction.UP else '≤'} {kpi_value(value, unit)}"


def change_of(value: Decimal | None, before: Decimal | None, unit: str, direction: str) -> Change | None:
    """The way from `before` to `value`; None where one of them is missing. What rounds to nothing is no change."""
    if value is None or before is None:
        return None
    difference = value - before
    if not any(digit in signed_value(difference, unit) for digit in "123456789"):
        difference = Decimal(0)
    arrow = "arrow-up" if difference > 0 else "arrow-down" if difference < 0 else "minus"
    tone, words = "muted", _("unchanged")
    if difference and direction == Direction.BETWEEN:
        words = _("changed")
    elif difference:
        is_better = (difference > 0) == (direction == Direction.UP)
        tone, words = ("good", _("better than before")) if is_better else ("bad", _("worse than before"))
    return Change(signed_value(difference, unit), tone, arrow, words)


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _months_text(point: Point | Period, grain: Grain) -> str:
    if grain == Grain.MONTH:
        return date_format(point.starts_on, "YEAR_MONTH_FORMAT")
    year, month = point.starts_on.year, point.starts_on.month
    if grain == Grain.YEAR and month == 1:
        return str(year)
    if grain == Grain.QUARTER and month in QUARTER_MONTHS:
        return _("Q%(quarter)s %(year)s") % {"quarter": (month + 2) // 3, "year": year}
    last_month = point.ends_on.replace(day=1)
    return " – ".join(date_format(day, "YEAR_MONTH_FORMAT") for day in (point.starts_on, last_month))
