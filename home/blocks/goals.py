"""Goals by their pace, and those whose review is due."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.templatetags.ui import percent
from goals.choices import Pace
from goals.selectors import MeasuredGoal, furthest_behind
from home.blocks.block import Table
from home.blocks.ground import ROWS
from home.blocks.reading import Reading
from home.blocks.scope import DAY

WORST_FIRST = (Pace.AT_RISK, Pace.BEHIND, Pace.UNKNOWN, Pace.ON_PACE, Pace.DONE)
REVIEWS_AHEAD_DAYS = 7


@dataclass(frozen=True, slots=True)
class PaceCount:
    """How many active goals keep a pace, and the list of them."""

    pace: Pace
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Goals:
    """How many goals keep which pace, and the committed ones that are furthest behind."""

    key: ClassVar[str] = "goals"
    paces: Sequence[PaceCount]
    team_query: str
    behind: Sequence[MeasuredGoal]

    def tables(self) -> list[Table]:
        """The counts, then the goals."""
        counts = [(str(each.pace.label), str(each.number)) for each in self.paces]
        return [
            Table(_("Goals by pace"), (_("Pace"), _("Goals")), counts),
            Table(_("Goals at risk"), _columns(), [_row(row) for row in self.behind]),
        ]


@dataclass(frozen=True, slots=True)
class Reviews:
    """Goals whose review is due, or will be within a week, the longest due first."""

    key: ClassVar[str] = "reviews"
    today: date
    goals: Sequence[MeasuredGoal]
    number: int

    def tables(self) -> list[Table]:
        """A row for each goal."""
        columns = (_("Goal"), _("Owner"), _("Review"))
        rows = [
            (row.goal.name, row.goal.owner.user.name, date_format(_review_day(row), "DATE_FORMAT"))
            for row in self.goals
        ]
        return [Table(_("Reviews due"), columns, rows, self.number)]


def goals_block(reading: Reading) -> Goals:
    """All active goals, counted by pace."""
    counts = Counter(row.pace for row in reading.goals)
    team = reading.scope.team_query
    url = reverse("goals:list")
    paces = [
        PaceCount(pace, counts[pace], f"{url}?pace={pace.value}{team}")
        for pace in WORST_FIRST
        if counts[pace]
    ]
    return Goals(paces, team, furthest_behind(reading.goals)[:ROWS])


def reviews_block(reading: Reading) -> Reviews:
    """What has to be reviewed by the end of the coming seven days."""
    until = reading.scope.today + REVIEWS_AHEAD_DAYS * DAY
    due = [row for row in reading.goals if _review_day(row) <= until]
    due.sort(key=lambda row: (_review_day(row), row.goal.pk))
    return Reviews(reading.scope.today, due[:ROWS], len(due))


def _review_day(row: MeasuredGoal) -> date:
    return row.goal.next_review_on or date.max


def _columns() -> tuple[str, ...]:
    return (_("Goal"), _("Owner"), _("Progress"), _("Time passed"), _("Pace"), _("Ends"))


def _row(row: MeasuredGoal) -> tuple[str, ...]:
    return (
        row.goal.name,
        row.goal.owner.user.name,
        percent(row.progress),
        percent(row.elapsed),
        str(row.pace.label),
        date_format(row.goal.ends_on, "DATE_FORMAT"),
    )
