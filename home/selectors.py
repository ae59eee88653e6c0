"""What the manager's home shows, read from the apps in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback.models import FeedbackItem
from feedback.selectors import ThemeTrend, near_breach, near_breach_count, theme_trend
from goals.models import Goal
from goals.selectors import MeasuredGoal, goals_at_risk
from home.standouts import Standout, standouts
from kpis.models import Signal
from kpis.selectors import KpiCard, cards
from kpis.selectors.signals import signals
from people.models import Membership
from tasks.models import Task
from tasks.selectors import overdue_count, overdue_tasks

ROWS = 6
KPI_CARDS = 12
SIGNAL_ROWS = 4
THEME_ROWS = 8
THEME_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Board:
    """One screen that answers: is all well, and if not, what to do?"""

    cards: Sequence[KpiCard]
    kpi_count: int
    fresh_through: datetime | None
    standouts: Sequence[Standout]
    signals: Sequence[Signal]
    goals: Sequence[MeasuredGoal]
    overdue: Sequence[Task]
    overdue_count: int
    breaching: Sequence[FeedbackItem]
    breaching_count: int
    themes: Sequence[ThemeTrend]


def manager_board(actor: Membership) -> Board:
    """Everything on the manager's home: the first twelve KPIs in their order, and what stands out among all."""
    kpi_cards = cards(actor)
    themes = sorted(theme_trend(actor, weeks=THEME_WEEKS), key=lambda theme: -theme.total)
    overdue = overdue_tasks(actor, ROWS)
    breaching = near_breach(actor, ROWS)
    fresh = [card.fresh_through for card in kpi_cards if card.fresh_through is not None]
    return Board(
        cards=kpi_cards[:KPI_CARDS],
        kpi_count=len(kpi_cards),
        fresh_through=min(fresh, default=None),
        standouts=standouts(kpi_cards, themes),
        signals=list(signals(actor)[:SIGNAL_ROWS]),
        goals=goals_at_risk(actor, ROWS),
        overdue=overdue,
        overdue_count=overdue_count(actor) if len(overdue) == ROWS else len(overdue),
        breaching=breaching,
        breaching_count=near_breach_count(actor) if len(breaching) == ROWS else len(breaching),
        themes=themes[:THEME_ROWS],
    )
