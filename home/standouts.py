"""What stands out: KPIs off their target, and complaint themes that rose, or rose and fell again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.templatetags.ui import kpi_value, number
from feedback.selectors import ThemeTrend
from kpis.choices import Status
from kpis.selectors import KpiCard

MOST = 6
WINDOW_WEEKS = 4
PEAK_LEAST = 12
PEAK_FACTOR = 2
BACK_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Standout:
    """One sentence that a manager should read, with the page behind it."""

    tone: str
    icon: str
    sentence: str
    note: str
    url: str
    values: Sequence[Decimal | int | None]
    target: Decimal | None = None


def standouts(cards: Sequence[KpiCard], themes: Sequence[ThemeTrend]) -> list[Standout]:
    """The most telling ones first: rising themes, KPIs off target, then what went up and came back."""
    rising = [_rising(theme) for theme in themes if theme.is_rising]
    off = [_off_target(card) for card in cards if card.status == Status.OFF_TARGET]
    return [*rising, *off, *_recovered(themes)][:MOST]


def _rising(theme: ThemeTrend) -> Standout:
    return Standout(
        tone="bad",
        icon="trending-up",
        sentence=_("Complaints about “%(theme)s” rose from %(before)s to %(recent)s")
        % {"theme": theme.name, "before": number(theme.before), "recent": number(theme.recent)},
        note=_("the last 4 weeks against the 4 weeks before"),
        url=_theme_url(theme),
        values=theme.counts,
    )


def _off_target(card: KpiCard) -> Standout:
    return Standout(
        tone="bad",
        icon="circle-alert",
        sentence=_("%(kpi)s is off target: %(value)s, the target is %(target)s")
        % {
            "kpi": card.name,
            "value": kpi_value(card.value, card.unit),
            "target": kpi_value(card.target, card.unit),
        },
        note=_("last 28 days, n %(n)s") % {"n": number(card.n)},
        url=card.url,
        values=card.sparkline,
        target=card.weekly_target,
    )


def _recovered(themes: Sequence[ThemeTrend]) -> Iterator[Standout]:
    """Themes whose busiest four weeks were far above the usual, and which are back well below that peak."""
    for theme in themes:
        windows = [_window(theme.counts, back) for back in range(len(theme.counts) - WINDOW_WEEKS + 1)]
        peak, recent, usual = max(windows), windows[0], sorted(windows)[len(windows) // 2]
        if theme.is_rising or peak < max(PEAK_LEAST, PEAK_FACTOR * usual) or recent > BACK_SHARE * peak:
            continue
        peak_on = timezone.localdate() - timedelta(weeks=windows.index(peak) + WINDOW_WEEKS // 2)
        yield Standout(
            tone="good",
            icon="trending-down",
            sentence=_(
                "Complaints about “%(theme)s” are back at %(recent)s, after a peak of %(peak)s in %(month)s"
            )
            % {
                "theme": theme.name,
                "recent": number(recent),
                "peak": number(peak),
                "month": date_format(peak_on, "YEAR_MONTH_FORMAT"),
            },
            note=_("complaints in 4 weeks; usual is %(usual)s") % {"usual": number(usual)},
            url=_theme_url(theme),
            values=theme.counts,
        )


def _window(counts: Sequence[int], back: int) -> int:
    """Complaints in the four weeks that ended `back` weeks ago."""
    end = len(counts) - back
    return sum(counts[max(end - WINDOW_WEEKS, 0) : end])


def _theme_url(theme: ThemeTrend) -> str:
    return f"{reverse('feedback:list')}?kind=complaint&theme={theme.theme_id}"
