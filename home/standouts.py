"""What stands out: what has clearly become worse, and what was bad this year and has come back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.ui import kpi_value, number
from feedback.selectors import ThemeTrend
from kpis.choices import Direction, Status
from kpis.selectors import KpiCard
from people.filters import EVERY_TEAM

MOST = 6
MOST_RECOVERED = 2
WINDOW_WEEKS = 4
PEAK_LEAST = 12
PEAK_FACTOR = 2.5
BACK_SHARE = 0.5
MISSED_FACTOR = 1.1


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


@dataclass(frozen=True, slots=True)
class KpiStandouts:
    """The KPIs off their target, and those that came back to it, the worst first."""

    off: Sequence[Standout]
    back: Sequence[Standout]


def standouts(cards: Sequence[KpiCard], themes: Sequence[ThemeTrend], *, days: int = 28) -> list[Standout]:
    """The most telling first: clearly rising themes, KPIs off target, then what went bad and came back.

    `days` is how many days the values of the cards are of.
    """
    return told_together(standouts_of_kpis(cards, days), themes)


def standouts_of_kpis(cards: Sequence[KpiCard], days: int, team_id: int | None = None) -> KpiStandouts:
    """What is to be told of the cards alone, which are of everybody or of a team."""
    team = f"?team={team_id}" if team_id else ""
    worst_first = sorted(_recovered_kpis(cards, team), key=_by_severity)
    return KpiStandouts(
        off=[_off_target(card, days, team) for card in cards if card.status == Status.OFF_TARGET],
        back=[told for _severity, told in worst_first[:MOST_RECOVERED]],
    )


def told_together(
    kpis: KpiStandouts, themes: Sequence[ThemeTrend], team_query: str = f"&team={EVERY_TEAM}"
) -> list[Standout]:
    """As `standouts`, of KPIs that were looked at already; themes lead to the complaints of the team."""
    rising = [_rising(theme, team_query) for theme in themes if theme.is_rising]
    themes_back = [told for theme in themes for told in _recovered_theme(theme, team_query)][:MOST_RECOVERED]
    back = [*themes_back, *kpis.back]
    return [*[*rising, *kpis.off][: MOST - len(back)], *back]


def _rising(theme: ThemeTrend, team_query: str) -> Standout:
    return Standout(
        tone="bad",
        icon="trending-up",
        sentence=_("Complaints about “%(theme)s” rose from %(before)s to %(recent)s")
        % {"theme": theme.name, "before": number(theme.before), "recent": number(theme.recent)},
        note=_("the last 4 weeks against the 4 weeks before"),
        url=_theme_url(theme, team_query),
        values=theme.counts,
    )


def _off_target(card: KpiCard, days: int, team: str) -> Standout:
    return Standout(
        tone="bad",
        icon="circle-alert",
        sentence=_("%(kpi)s is off target: %(value)s, the target is %(target)s")
        % {
            "kpi": card.name,
            "value": kpi_value(card.value, card.unit),
            "target": kpi_value(card.target, card.unit),
        },
        note=ngettext("last day, n %(n)s", "last %(days)s days, n %(n)s", days)
        % {"days": days, "n": number(card.n)},
        url=card.url + team,
        values=card.sparkline,
        target=card.weekly_target,
    )


def _recovered_theme(theme: ThemeTrend, team_query: str) -> Iterator[Standout]:
    """A theme whose busiest four weeks were far above the usual, and which is back well below that peak."""
    windows = [sum(theme.counts[end - WINDOW_WEEKS : end]) for end in _window_ends(theme.counts)]
    if not windows:
        return
    peak, usual = max(windows), sorted(windows)[len(windows) // 2]
    if peak < max(PEAK_LEAST, PEAK_FACTOR * usual) or theme.recent > BACK_SHARE * peak:
        return
    yield Standout(
        tone="good",
        icon="trending-down",
        sentence=_(
            "Complaints about “%(theme)s” are back at %(recent)s, after a peak of %(peak)s in %(month)s"
        )
        % {
            "theme": theme.name,
            "recent": number(theme.recent),
            "peak": number(peak),
            "month": _month_of(len(windows) - 1 - windows.index(peak) + WINDOW_WEEKS // 2),
        },
        note=_("complaints in 4 weeks; usual is %(usual)s") % {"usual": number(usual)},
        url=_theme_url(theme, team_query),
        values=theme.counts,
    )


def _recovered_kpis(cards: Sequence[KpiCard], team: str) -> Iterator[tuple[float, Standout]]:
    """KPIs on target now that missed it by a tenth or more through some four weeks, with by how much.

    Left out are sums, whose weeks do not compare with the 28 days on the card.
    """
    for card in cards:
        if card.status != Status.ON_TARGET or not card.target or card.weekly_target != card.target:
            continue
        weeks = _missed_by(card)
        if max(weeks, default=0) < MISSED_FACTOR:
            continue
        windows = [min(weeks[end - WINDOW_WEEKS : end]) for end in _window_ends(weeks)]
        if max(windows, default=0) < MISSED_FACTOR:
            continue
        worst = weeks.index(max(weeks))
        yield (
            max(windows),
            Standout(
                tone="good",
                icon="circle-check",
                sentence=_(
                    "%(kpi)s is back on target at %(value)s; its worst week was %(worst)s in %(month)s"
                )
                % {
                    "kpi": card.name,
                    "value": kpi_value(card.value, card.unit),
                    "worst": kpi_value(card.sparkline[worst], card.unit),
                    "month": _month_of(len(weeks) - worst),
                },
                note=_("the target is %(target)s") % {"target": kpi_value(card.target, card.unit)},
                url=card.url + team,
                values=card.sparkline,
                target=card.weekly_target,
            ),
        )


def _missed_by(card: KpiCard) -> list[float]:
    """How many times worse than the target each week is; 1 is exactly on it, 0 without a value."""
    target = float(card.target or 0)
    weeks = [max(float(value or 0), 0.0) for value in card.sparkline]
    if card.direction == Direction.DOWN:
        return [value / target if target else 0.0 for value in weeks]
    return [target / value if value else 0.0 for value in weeks]


def _by_severity(told: tuple[float, Standout]) -> float:
    return -told[0]


def _window_ends(values: Sequence[object]) -> range:
    """The ends of every four consecutive weeks, oldest first."""
    return range(WINDOW_WEEKS, len(values) + 1)


def _month_of(weeks_ago: int) -> str:
    """The month of the day that many weeks ago."""
    return date_format(timezone.localdate() - timedelta(weeks=weeks_ago), "YEAR_MONTH_FORMAT")


def _theme_url(theme: ThemeTrend, team_query: str) -> str:
    return f"{reverse('feedback:list')}?kind=complaint&theme={theme.theme_id}&state=all{team_query}"
